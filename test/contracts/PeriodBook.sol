// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// A small registry of periods: what each meter's energy was in each of them. It takes the same period as often as it comes,
/// and believes what the writer says that all of its claims amount to.
contract PeriodBook {
    address public immutable owner = msg.sender;
    bool public paused;
    mapping(bytes32 => address) public writers;
    mapping(bytes32 => uint256) public sums;

    event Claimed(bytes32 indexed meter, uint64 from, uint64 to, uint256 energy, uint256 sum, bytes32 root);

    function register(bytes32 meter, address writer) external {
        require(msg.sender == owner, "only the owner");
        writers[meter] = writer;
    }

    function setPaused(bool to) external {
        require(msg.sender == owner, "only the owner");
        paused = to;
    }

    function claim(bytes32 meter, uint64 from, uint64 to, uint256 energy, uint256 sum, bytes32 root) external {
        require(!paused, "paused");
        require(msg.sender == writers[meter], "not the writer of this meter");
        sums[meter] += energy;
        emit Claimed(meter, from, to, energy, sum, root);
    }
}
