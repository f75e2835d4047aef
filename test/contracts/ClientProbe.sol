// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.20;

/// A contract that answers, takes, tells and refuses in every way that a client must understand. For tests only.
contract ClientProbe {
  error TooLow(uint256 expected, uint256 got);

  event Written(address indexed by, bytes32 indexed key, uint256 value, uint256 paid);

  struct Place {
    bytes32 region;
    int64 latitude;
  }

  mapping(bytes32 => uint256) public valueOf;
  address public owner;
  uint256 public writes;

  constructor(address first) {
    require(first != address(0), "nobody owns it");
    owner = first;
  }

  function write(bytes32 key, uint256 value) external payable {
    valueOf[key] = value;
    writes += 1;
    emit Written(msg.sender, key, value, msg.value);
  }

  /// Changes something and tells nobody.
  function count() external {
    writes += 1;
  }

  /// Runs only while as many writes have happened.
  function countAt(uint256 expected) external {
    if (writes != expected) revert TooLow(expected, writes);
    writes += 1;
  }

  function state(bytes32 key) external view returns (uint256 value, address by, Place memory place) {
    return (valueOf[key], owner, Place({ region: key, latitude: -7 }));
  }

  function pair() external pure returns (uint256, bool) {
    return (7, true);
  }

  function nothing() external pure {}

  function sum(uint256 a) external pure returns (uint256) {
    return a;
  }

  function sum(uint256 a, uint256 b) external pure returns (uint256) {
    return a + b;
  }

  function whoAsks() external view returns (address) {
    return msg.sender;
  }

  function refuse(uint8 how) external returns (uint256) {
    if (how == 0) require(false, "not the owner");
    if (how == 1) revert TooLow(5, 3);
    if (how == 2) return writes - type(uint256).max;
    if (how == 3) revert();
    if (how == 4) assembly { invalid() }
    if (how == 5) assembly { mstore(0, 0x1234567800000000000000000000000000000000000000000000000000000000) revert(0, 4) }
    writes += 1;
    return writes;
  }
}
