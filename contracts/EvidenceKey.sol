// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/**
 * @title P256
 * @notice ECDSA over P-256 by the precompile at 0x100 (EIP-7951; RIP-7212 on chains of layer 2). It answers one word, 1, for a
 * signature that holds, and nothing at all for one that does not; a chain without the precompile answers nothing, too. What
 * asks it must therefore tell the two apart, by signatures of which the answer is known.
 *
 * Signatures with a high s hold as well: one signature has two forms, and nothing may be told apart by its bytes.
 */
library P256 {
    address internal constant PRECOMPILE = address(0x100);

    /// @dev RFC 6979, appendix A.2.5: the message "sample" with SHA-256.
    bytes32 private constant DIGEST = 0xaf2bdbe1aa9b6ec1e2ade1d694f41fc71a831d0268e9891562113d8a62add1bf;
    bytes32 private constant R = 0xefd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716;
    bytes32 private constant S = 0xf7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8;
    bytes32 private constant X = 0x60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6;
    bytes32 private constant Y = 0x7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299;

    /// @notice True where the precompile is there: it takes a good signature, and refuses the same of another digest.
    function isThere() internal view returns (bool) {
        return ask(DIGEST, R, S, X, Y) && !ask(bytes32(uint256(DIGEST) ^ 1), R, S, X, Y);
    }

    /**
     * @notice What the precompile answers; false where there is none.
     * @param digest SHA-256 of the message
     * @param r,s the signature
     * @param x,y the public key
     */
    function ask(bytes32 digest, bytes32 r, bytes32 s, bytes32 x, bytes32 y) internal view returns (bool) {
        (bool ok, bytes memory answer) = PRECOMPILE.staticcall(abi.encode(digest, r, s, x, y));
        return ok && answer.length == 32 && abi.decode(answer, (uint256)) == 1;
    }
}

/**
 * @title EvidenceKeyVerifier
 * @notice Says whether an evidence key, P-256 as hardware holds it, has signed the checkpoint of a log. It keeps nothing, owns
 * nothing, and anybody may ask it; a contract that wants less gas takes the library.
 */
contract EvidenceKeyVerifier {
    /// @notice This chain has no precompile at 0x100: nothing can be said of any signature.
    error NoPrecompile();

    /// @notice True where this chain can answer.
    function canVerify() external view returns (bool) {
        return P256.isThere();
    }

    /**
     * @notice True when the key has signed the text. A signature that is not the key's answers false.
     * @param text the checkpoint without its signatures, with its last line feed
     * @param r,s the signature, as two numbers: a signed note has them in ASN.1 DER
     * @param x,y the public key
     */
    function hasSigned(bytes calldata text, bytes32 r, bytes32 s, bytes32 x, bytes32 y)
        external
        view
        returns (bool)
    {
        if (P256.ask(sha256(text), r, s, x, y)) return P256.isThere();
        if (!P256.isThere()) revert NoPrecompile();
        return false;
    }
}
