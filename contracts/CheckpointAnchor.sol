// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/**
 * @title CheckpointAnchor
 * @notice Keeps for every account, and for every log of it, the newest checkpoint: the size of the log and its Merkle root
 * (RFC 9162, SHA-256). Anybody may anchor logs of their own; nobody can write to those of another account. There is no
 * owner, no fee, nothing to administer and nothing to upgrade.
 *
 * What the contract enforces, for one log of one account:
 * - sizes only rise;
 * - one size never has two roots;
 * - what is there already changes nothing: a resend, after a restore or by a second gateway, is harmless and leaves no
 *   second event.
 *
 * What it does not: it never sees the log. That the tree of one checkpoint is the beginning of the next one's is shown by a
 * consistency proof (RFC 9162, section 2.1.4) to whoever checks the log; an account that anchors trees which are not
 * leaves the proof of that here for ever.
 *
 * Storage is one word a log: the size, and the first 24 bytes of the root. Whole roots are in the events. Two roots that
 * share 24 bytes can't be made (that would take 2^96 hashes), and both would be seen in the events if they could.
 */
contract CheckpointAnchor {
    /// @dev The first 24 bytes of the root above 8 bytes of size. Zero: nothing was anchored.
    mapping(address account => mapping(bytes32 log => uint256 packed)) private _newest;

    /**
     * @notice A checkpoint was anchored. Each size of a log has one event at most, and every event names the size before
     * it, so that the events of a log are a chain in which none can be left out unseen.
     * @param account who anchored it: the sender
     * @param log id of the log: SHA-256 of the origin line of its checkpoints
     * @param size entries of the log
     * @param root Merkle root of these entries
     * @param previous size that was anchored before; 0 at first
     */
    event Anchored(
        address indexed account, bytes32 indexed log, uint64 indexed size, bytes32 root, uint64 previous
    );

    /**
     * @notice Anchors a checkpoint of a log of the sender.
     * @param log id of the log
     * @param size entries of the log, at least 1
     * @param root Merkle root of these entries
     */
    function anchor(bytes32 log, uint64 size, bytes32 root) external {
        uint256 before = _newest[msg.sender][log];
        uint256 packed = _pack(size, root);
        // The same once more succeeds in silence: whoever sent it again finds the first one's event.
        if (packed == before && size > 0) return;
        uint64 previous = uint64(before);
        if (size <= previous) {
            require(size > 0, "size is missing");
            require(size < previous, "another root of this size is anchored");
            revert("a larger size is anchored");
        }
        _newest[msg.sender][log] = packed;
        emit Anchored(msg.sender, log, size, root, previous);
    }

    /// @notice The newest checkpoint of a log: its size, 0 when there is none, and the first 24 bytes of its root.
    function newest(address account, bytes32 log) external view returns (uint64 size, bytes24 root) {
        uint256 packed = _newest[account][log];
        return (uint64(packed), bytes24(bytes32(packed)));
    }

    /// @notice Whether this is the newest checkpoint of a log.
    function isNewest(address account, bytes32 log, uint64 size, bytes32 root) external view returns (bool) {
        return size > 0 && _newest[account][log] == _pack(size, root);
    }

    function _pack(uint64 size, bytes32 root) private pure returns (uint256) {
        return (uint256(root) & ~uint256(type(uint64).max)) | size;
    }
}
