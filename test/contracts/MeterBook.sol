// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// A small registry, as somebody might have one of his own: a total for each meter, which only its writer raises. With
/// `setRefusal` its owner makes it refuse in the ways that contracts refuse in.
contract MeterBook {
    struct Meter {
        address writer;
        uint256 total;
        bytes32 entry;
    }

    enum Refusal {
        None,
        WithReason,
        WithoutReason,
        OutOfGas
    }

    address public immutable owner = msg.sender;
    bool public paused;
    Refusal public refusal;
    mapping(bytes32 => Meter) public meters;

    event Counted(bytes32 indexed meter, uint256 before, uint256 total, bytes32 entry);

    modifier onlyOwner() {
        require(msg.sender == owner, "only the owner");
        _;
    }

    function register(bytes32 meter, address writer) external onlyOwner {
        meters[meter].writer = writer;
    }

    function setPaused(bool to) external onlyOwner {
        paused = to;
    }

    function setRefusal(Refusal to) external onlyOwner {
        refusal = to;
    }

    function count(bytes32 meter, uint256 total, bytes32 entry) external {
        require(!paused, "paused");
        Meter storage book = meters[meter];
        require(msg.sender == book.writer, "not the writer of this meter");
        require(total > book.total, "the total must rise");
        refuse();
        emit Counted(meter, book.total, total, entry);
        book.total = total;
        book.entry = entry;
    }

    function refuse() private view {
        if (refusal == Refusal.WithReason) revert("not today");
        if (refusal == Refusal.WithoutReason) revert();
        if (refusal == Refusal.OutOfGas) {
            assembly {
                invalid()
            }
        }
    }
}
