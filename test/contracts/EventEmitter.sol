// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// Emits what it is told to, for tests of those who follow events.
contract EventEmitter {
    event Ping(uint256 indexed number, address indexed sender, string text);
    event Pong(uint256 indexed number);

    function ping(uint256 number, string calldata text) external {
        emit Ping(number, msg.sender, text);
    }

    /// The same event twice in one transaction, and another one between.
    function twice(uint256 number, string calldata text) external {
        emit Ping(number, msg.sender, text);
        emit Pong(number);
        emit Ping(number, msg.sender, text);
    }

    /// `count` events in a row.
    function pongs(uint256 first, uint256 count) external {
        for (uint256 number = first; number < first + count; number++) {
            emit Pong(number);
        }
    }

    /// Says how many blocks the chain had: another block, another event.
    function height() external {
        emit Pong(block.number);
    }
}
