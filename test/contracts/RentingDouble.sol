// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.0;

/**
 * A stand-in for a renting contract of the Universal Sharing Network, of our own writing, for tests: the public interface with the
 * behaviour that its documentation describes. Devices are added by their owners; `book` stands for whatever makes bookings of the
 * future, which the interface leaves open.
 */
contract RentingDouble {
    bytes32 private constant FIX_FILTER = 0xa2f7689fc12ea917d9029117d32b9fdef2a53462c853462ca86b71b97dd84af6;

    uint128 private constant RENTABLE = 0x1;
    uint128 private constant REFUND = 0x8;
    uint128 private constant EXTEND = 0x10;
    uint128 private constant BOOKING_ON_CHAIN = 0x80;
    uint128 private constant OWNER_RETURN = 0x200;

    struct State {
        address controller;
        uint64 rentedFrom;
        uint64 rentedUntil;
        uint128 properties;
        uint128 amount;
        address token;
    }

    struct Device {
        address payable owner;
        uint128 properties;
        address[] tokens;
        mapping(address => uint128) pricePerSecond;
        State[] states;
    }

    mapping(bytes32 => Device) private devices;

    event LogRented(
        bytes32 indexed fixFilter,
        bytes32 indexed id,
        address controller,
        uint64 rentedFrom,
        uint64 rentedUntil,
        bool noReturn,
        uint128 amount,
        address token,
        uint128 properties
    );
    event LogReturned(
        bytes32 indexed fixFilter,
        bytes32 indexed id,
        address controller,
        uint64 rentedFrom,
        uint64 rentedUntil,
        uint128 paidBack
    );

    function addDevice(bytes32 id, uint128 properties, address[] calldata tokens, uint128[] calldata prices) external {
        Device storage device = devices[id];
        require(device.owner == address(0), "device exists");
        device.owner = payable(msg.sender);
        device.properties = properties;
        for (uint256 i = 0; i < tokens.length; i++) {
            device.tokens.push(tokens[i]);
            device.pricePerSecond[tokens[i]] = prices[i];
        }
    }

    function rent(bytes32 id, uint32 secondsToRent, address token) external payable {
        Device storage device = devices[id];
        require(device.properties & RENTABLE != 0, "not rentable");
        uint64 start = uint64(block.timestamp);
        uint256 running = runningAt(device, start);
        if (running == device.states.length) {
            add(id, start, secondsToRent, token);
            return;
        }
        State storage state = device.states[running];
        require(state.controller == msg.sender && device.properties & EXTEND != 0, "already rented");
        require(state.token == token, "another token");
        uint64 until = state.rentedUntil + secondsToRent;
        requireFree(device, state.rentedUntil, until);
        uint128 amount = pay(id, secondsToRent, token);
        state.rentedUntil = until;
        state.amount += amount;
        logRented(id, state, amount);
    }

    /** A booking that begins at another time than now. */
    function book(bytes32 id, uint64 from, uint32 secondsToRent, address token) external payable {
        require(devices[id].properties & BOOKING_ON_CHAIN != 0, "no bookings");
        require(from >= block.timestamp, "in the past");
        add(id, from, secondsToRent, token);
    }

    function returnObject(bytes32 id) external {
        Device storage device = devices[id];
        uint64 end = uint64(block.timestamp);
        uint256 running = runningAt(device, end);
        require(running < device.states.length, "not rented");
        State storage state = device.states[running];
        bool byOwner = msg.sender == device.owner && device.properties & OWNER_RETURN != 0;
        require(msg.sender == state.controller || byOwner, "not your rental");
        uint128 paidBack = 0;
        if (device.properties & REFUND != 0) {
            paidBack = uint128((uint256(state.amount) * (state.rentedUntil - end)) / (state.rentedUntil - state.rentedFrom));
        }
        uint128 earned = state.amount - paidBack;
        state.rentedUntil = end;
        emit LogReturned(FIX_FILTER, id, state.controller, state.rentedFrom, end, paidBack);
        transfer(state.token, payable(state.controller), paidBack);
        transfer(state.token, device.owner, earned);
    }

    function price(bytes32 id, address, uint32 secondsToRent, address token) public view returns (uint128) {
        return devices[id].pricePerSecond[token] * secondsToRent;
    }

    function supportedTokens(bytes32 id) external view returns (address[] memory) {
        return devices[id].tokens;
    }

    function tokenReceiver(bytes32, address) external view returns (bytes32) {
        return bytes32(uint256(uint160(address(this))));
    }

    function getRentingState(bytes32 id, address user)
        external
        view
        returns (
            bool rentable,
            bool free,
            bool open,
            address controller,
            uint64 rentedUntil,
            uint64 rentedFrom,
            uint128 properties
        )
    {
        Device storage device = devices[id];
        uint256 running = runningAt(device, uint64(block.timestamp));
        properties = device.properties;
        rentable = properties & RENTABLE != 0;
        free = running == device.states.length;
        if (!free) {
            State storage state = device.states[running];
            controller = state.controller;
            rentedUntil = state.rentedUntil;
            rentedFrom = state.rentedFrom;
            open = controller == user;
        }
    }

    function getStateCount(bytes32 id) external view returns (uint256) {
        return devices[id].states.length;
    }

    function getState(bytes32 id, uint256 index)
        external
        view
        returns (address controller, uint64 rentedFrom, uint64 rentedUntil, uint128 properties)
    {
        State storage state = devices[id].states[index];
        return (state.controller, state.rentedFrom, state.rentedUntil, state.properties);
    }

    function add(bytes32 id, uint64 from, uint32 secondsToRent, address token) private {
        Device storage device = devices[id];
        uint64 until = from + secondsToRent;
        requireFree(device, from, until);
        uint128 amount = pay(id, secondsToRent, token);
        device.states.push(State(msg.sender, from, until, device.properties, amount, token));
        logRented(id, device.states[device.states.length - 1], amount);
    }

    function logRented(bytes32 id, State storage state, uint128 amount) private {
        bool noReturn = state.properties & REFUND == 0;
        emit LogRented(
            FIX_FILTER, id, state.controller, state.rentedFrom, state.rentedUntil, noReturn, amount, state.token, state.properties
        );
    }

    /** The place of the booking that runs at this time; the number of bookings when there is none. */
    function runningAt(Device storage device, uint64 time) private view returns (uint256) {
        for (uint256 i = 0; i < device.states.length; i++) {
            if (device.states[i].rentedFrom <= time && time < device.states[i].rentedUntil) return i;
        }
        return device.states.length;
    }

    function requireFree(Device storage device, uint64 from, uint64 until) private view {
        for (uint256 i = 0; i < device.states.length; i++) {
            State storage state = device.states[i];
            require(until <= state.rentedFrom || state.rentedUntil <= from, "already booked");
        }
    }

    function pay(bytes32 id, uint32 secondsToRent, address token) private returns (uint128 amount) {
        require(isSupported(devices[id], token), "token not supported");
        amount = price(id, msg.sender, secondsToRent, token);
        if (token == address(0)) {
            require(msg.value == amount, "wrong amount");
        } else {
            require(msg.value == 0, "coins for a token");
            require(Token(token).transferFrom(msg.sender, address(this), amount), "not paid");
        }
    }

    function isSupported(Device storage device, address token) private view returns (bool) {
        for (uint256 i = 0; i < device.tokens.length; i++) {
            if (device.tokens[i] == token) return true;
        }
        return false;
    }

    function transfer(address token, address payable to, uint128 amount) private {
        if (amount == 0) return;
        if (token != address(0)) {
            require(Token(token).transfer(to, amount), "not paid");
            return;
        }
        (bool isPaid, ) = to.call{value: amount}("");
        require(isPaid, "not paid");
    }
}

interface Token {
    function transfer(address to, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

/** The least that an ERC-20 token is. */
contract TokenDouble {
    mapping(address => uint256) public balanceOf;
    mapping(address => mapping(address => uint256)) public allowance;

    constructor(uint256 supply) {
        balanceOf[msg.sender] = supply;
    }

    function approve(address spender, uint256 value) external returns (bool) {
        allowance[msg.sender][spender] = value;
        return true;
    }

    function transfer(address to, uint256 value) external returns (bool) {
        balanceOf[msg.sender] -= value;
        balanceOf[to] += value;
        return true;
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        allowance[from][msg.sender] -= value;
        balanceOf[from] -= value;
        balanceOf[to] += value;
        return true;
    }
}
