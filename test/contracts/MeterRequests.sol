// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// Anybody may ask for a meter's reading; the meter's account answers once.
contract MeterRequests {
    struct Answer {
        uint256 wattHours;
        bytes32 leafHash;
    }

    address public immutable meter;
    uint256 public requests;
    mapping(uint256 => Answer) public answers;

    event ReadingRequested(uint256 indexed request, address indexed requester);
    event ReadingAnswered(uint256 indexed request, uint256 wattHours, bytes32 leafHash);

    constructor(address account) {
        meter = account;
    }

    function ask() external returns (uint256 request) {
        request = requests++;
        emit ReadingRequested(request, msg.sender);
    }

    function answer(uint256 request, uint256 wattHours, bytes32 leafHash) external {
        require(msg.sender == meter, "not the meter");
        require(request < requests, "no such request");
        require(answers[request].leafHash == 0, "answered");
        require(leafHash != 0, "no entry");
        answers[request] = Answer(wattHours, leafHash);
        emit ReadingAnswered(request, wattHours, leafHash);
    }
}
