// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// A registry that keeps the names of each reading's content in all forms that contracts take, and refuses those that don't
/// belong together: a CID is 0x01551220 and its digest, and a UUID of version 8 follows from the hash that it stands for.
contract NameBook {
    struct Content {
        string text;
        bytes cid;
        bytes32 digest;
        bytes16 uuid5;
        bytes16 uuid8;
        bytes32 wide;
    }

    struct Reading {
        bytes32 entry;
        string uuid5;
        bytes16 uuid8;
        Content raw;
        Content document;
    }

    mapping(bytes32 => uint256) public totals;

    event Named(bytes32 indexed meter, uint256 before, uint256 total, Reading reading);

    function count(bytes32 meter, uint256 total, Reading calldata reading) external {
        require(total > totals[meter], "the total must rise");
        require(reading.uuid8 == uuidOf(reading.entry), "not the UUID of the entry");
        check(reading.raw);
        check(reading.document);
        emit Named(meter, totals[meter], total, reading);
        totals[meter] = total;
    }

    function check(Content calldata content) private pure {
        require(
            keccak256(content.cid) == keccak256(abi.encodePacked(hex"01551220", content.digest)),
            "not the CID of the digest"
        );
        require(content.uuid8 == uuidOf(content.digest), "not the UUID of the digest");
        require(content.wide == bytes32(content.uuid8), "not the UUID on the left");
        require(bytes(content.text).length == 59, "not the text of a CID");
    }

    /// Version 8 of RFC 9562, as docs/ipfs.md lays it out.
    function uuidOf(bytes32 digest) private pure returns (bytes16) {
        bytes16 mask = ~bytes16(0x000000000000f000c000000000000000);
        return (bytes16(digest) & mask) | bytes16(0x00000000000080008000000000000000);
    }
}
