// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.24;

/**
 * @title FieldProof
 * @notice The salted field tree of a document, as `docs/field-proofs.md` describes it: shows that fields are those of the
 * document behind a commitment, while the other fields stay hidden.
 *
 * A leaf is keccak256(name, value, salt), packed; a node keccak256(left, right); the commitment keccak256(root, schema hash).
 * Nothing stands between the parts of a leaf. So name and type must come from whoever verifies, never from the proof, and all
 * salts have 24 characters: then name, value and salt can't borrow from one another.
 *
 * What the writer hashes as something else than its type says can't be shown here, and is refused: empty text, text whose
 * base64 reads as a number, addresses given as text, integers of 40 digits.
 */
library FieldProof {
    /// Characters of a salt: base64 of 16 bytes.
    uint256 internal constant SALT_LENGTH = 24;

    bytes internal constant ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    /// A leaf, of a value in the bytes in which it is hashed.
    function leaf(bytes memory name, bytes memory value, bytes memory salt) internal pure returns (bytes32) {
        require(salt.length == SALT_LENGTH, "salt must have 24 characters");
        return keccak256(abi.encodePacked(name, value, salt));
    }

    /// The commitment that a path leads to, from the leaf at `index` of `count` fields, the leaf's sibling first.
    function rootOfPath(bytes32 hash, bytes32[] calldata path, uint256 index, uint256 count, bytes32 schemaHash)
        internal
        pure
        returns (bytes32)
    {
        uint256 used = 0;
        // A last node without a sibling moves up as it is.
        while (count > 1) {
            if (index & 1 == 1 || index + 1 < count) {
                require(used < path.length, "path is too short");
                bytes32 sibling = path[used++];
                hash = index & 1 == 1 ? node(sibling, hash) : node(hash, sibling);
            }
            index >>= 1;
            count = (count + 1) >> 1;
        }
        require(used == path.length, "path is too long");
        return node(hash, schemaHash);
    }

    /// What stands between shown leaves and the root.
    struct Parts {
        /// One for each field, in the order of the tree; those that are not shown are never read.
        bytes32[] leaves;
        /// Which of them are shown: bit i is field i.
        uint256 shown;
        /// Hashes of the largest subtrees in which nothing is shown, from left to right.
        bytes32[] hidden;
        uint256 used;
    }

    /// The commitment that shown leaves and hidden subtrees lead to. At most 256 fields.
    function rootOfParts(Parts memory parts, bytes32 schemaHash) internal pure returns (bytes32) {
        bytes32 root = subtree(parts, 0, parts.leaves.length);
        require(parts.used == parts.hidden.length, "too many hidden hashes");
        return node(root, schemaHash);
    }

    function subtree(Parts memory parts, uint256 start, uint256 size) private pure returns (bytes32) {
        if ((parts.shown >> start) & (type(uint256).max >> (256 - size)) == 0) {
            require(parts.used < parts.hidden.length, "too few hidden hashes");
            return parts.hidden[parts.used++];
        }
        if (size == 1) return parts.leaves[start];
        // The largest power of two below the size.
        uint256 split = 1;
        while (split * 2 < size) split *= 2;
        bytes32 left = subtree(parts, start, split);
        return node(left, subtree(parts, start + split, size - split));
    }

    function node(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return keccak256(abi.encodePacked(left, right));
    }

    /// Base64 with padding: how text is hashed.
    function base64(bytes memory data) internal pure returns (bytes memory text) {
        bytes memory alphabet = ALPHABET;
        text = new bytes(((data.length + 2) / 3) * 4);
        uint256 end = 0;
        for (uint256 i = 0; i < data.length; i += 3) {
            uint256 group = uint256(uint8(data[i])) << 16;
            if (i + 1 < data.length) group |= uint256(uint8(data[i + 1])) << 8;
            if (i + 2 < data.length) group |= uint256(uint8(data[i + 2]));
            text[end] = alphabet[group >> 18];
            text[end + 1] = alphabet[(group >> 12) & 63];
            text[end + 2] = i + 1 < data.length ? alphabet[(group >> 6) & 63] : bytes1("=");
            text[end + 3] = i + 2 < data.length ? alphabet[group & 63] : bytes1("=");
            end += 4;
        }
    }
}

/**
 * @title FieldProofVerifier
 * @notice Checks fields of the documents of one schema against commitments. It has no owner and keeps nothing but the
 * schema, which is given once: names and places of fields come from it.
 *
 * A function answers false for a proof that leads elsewhere, and reverts for one that can't be of this schema.
 */
contract FieldProofVerifier {
    /// What a value is. `NOTHING` is null, which any field may be; `ACCOUNT` is an address, which a text may be.
    enum Kind {
        NOTHING,
        TEXT,
        INTEGER,
        FLAG,
        ACCOUNT
    }

    /// Where a field stands in the tree, counted from 1, and its type: `TEXT`, `INTEGER` or `FLAG`.
    struct Place {
        uint16 number;
        Kind kind;
    }

    struct Field {
        string name;
        Kind kind;
        /// UTF-8 of a text; `abi.encode` of an int256, a bool, an address; empty for null.
        bytes value;
        string salt;
    }

    /// Name and version of the schema, for people.
    string public schema;
    bytes32 public immutable schemaHash;
    uint256 public immutable fieldCount;
    /// By the hash of the field's name.
    mapping(bytes32 => Place) private places;

    /// @param names All fields of the schema, in the order of the tree: ascending by their keccak256.
    /// @param kinds Their types.
    constructor(string memory schemaName, string[] memory names, Kind[] memory kinds) {
        require(names.length > 0 && names.length <= 256, "a schema has 1 to 256 fields");
        require(kinds.length == names.length, "each field has a type");
        bytes memory all;
        bytes32 last = 0;
        for (uint256 i = 0; i < names.length; i++) {
            bytes32 hash = keccak256(bytes(names[i]));
            require(hash > last, "names are not in order");
            last = hash;
            require(kinds[i] != Kind.NOTHING && kinds[i] != Kind.ACCOUNT, "a type is text, integer or flag");
            places[hash] = Place(uint16(i + 1), kinds[i]);
            all = bytes.concat(all, bytes(names[i]));
        }
        schema = schemaName;
        schemaHash = keccak256(all);
        fieldCount = names.length;
    }

    /// Where a field stands in the tree, from 0; it must be of this type.
    function placeOf(string calldata name, Kind kind) public view returns (uint256) {
        Place memory place = places[keccak256(bytes(name))];
        require(place.number > 0, "unknown field");
        bool fits = kind == Kind.NOTHING || kind == place.kind || (kind == Kind.ACCOUNT && place.kind == Kind.TEXT);
        require(fits, "field is of another type");
        return place.number - 1;
    }

    function verifyText(
        bytes32 commitment,
        string calldata name,
        string calldata value,
        string calldata salt,
        bytes32[] calldata path
    ) external view returns (bool) {
        return verify(commitment, name, Kind.TEXT, leafOf(name, hashedText(bytes(value)), salt), path);
    }

    function verifyInteger(
        bytes32 commitment,
        string calldata name,
        int256 value,
        string calldata salt,
        bytes32[] calldata path
    ) external view returns (bool) {
        return verify(commitment, name, Kind.INTEGER, leafOf(name, abi.encode(value), salt), path);
    }

    function verifyFlag(
        bytes32 commitment,
        string calldata name,
        bool value,
        string calldata salt,
        bytes32[] calldata path
    ) external view returns (bool) {
        return verify(commitment, name, Kind.FLAG, leafOf(name, hashedFlag(value), salt), path);
    }

    /// An address, which is a text to the schema.
    function verifyAccount(
        bytes32 commitment,
        string calldata name,
        address value,
        string calldata salt,
        bytes32[] calldata path
    ) external view returns (bool) {
        return verify(commitment, name, Kind.ACCOUNT, leafOf(name, hashedAccount(value), salt), path);
    }

    /// That the field is null.
    function verifyNothing(
        bytes32 commitment,
        string calldata name,
        string calldata salt,
        bytes32[] calldata path
    ) external view returns (bool) {
        return verify(commitment, name, Kind.NOTHING, leafOf(name, "null", salt), path);
    }

    /// Several fields in one proof; `hidden` as the product's `discloseFields` gives it.
    function verifyFields(bytes32 commitment, Field[] calldata fields, bytes32[] calldata hidden)
        external
        view
        returns (bool)
    {
        FieldProof.Parts memory parts;
        parts.leaves = new bytes32[](fieldCount);
        parts.hidden = hidden;
        for (uint256 i = 0; i < fields.length; i++) {
            Field calldata field = fields[i];
            uint256 place = placeOf(field.name, field.kind);
            require((parts.shown >> place) & 1 == 0, "field is shown twice");
            parts.shown |= 1 << place;
            parts.leaves[place] = leafOf(field.name, hashed(field.kind, field.value), field.salt);
        }
        return FieldProof.rootOfParts(parts, schemaHash) == commitment;
    }

    function verify(bytes32 commitment, string calldata name, Kind kind, bytes32 leaf, bytes32[] calldata path)
        private
        view
        returns (bool)
    {
        return FieldProof.rootOfPath(leaf, path, placeOf(name, kind), fieldCount, schemaHash) == commitment;
    }

    function leafOf(string calldata name, bytes memory value, string calldata salt) private pure returns (bytes32) {
        return FieldProof.leaf(bytes(name), value, bytes(salt));
    }

    /// The bytes in which a value is hashed.
    function hashed(Kind kind, bytes calldata value) private pure returns (bytes memory) {
        if (kind == Kind.TEXT) return hashedText(value);
        if (kind == Kind.INTEGER) return abi.encode(abi.decode(value, (int256)));
        if (kind == Kind.FLAG) return hashedFlag(abi.decode(value, (bool)));
        if (kind == Kind.ACCOUNT) return hashedAccount(abi.decode(value, (address)));
        require(value.length == 0, "null has no value");
        return "null";
    }

    function hashedText(bytes memory value) private pure returns (bytes memory) {
        require(value.length > 0, "empty text can't be shown");
        // Three bytes that are no UTF-8 have the base64 `null`.
        require(keccak256(value) != keccak256(hex"9ee965"), "text is not UTF-8");
        return FieldProof.base64(value);
    }

    /// An address whose bytes are all characters of base64 is hashed as a text is: nobody has one by chance.
    function hashedAccount(address value) private pure returns (bytes memory) {
        bytes memory data = abi.encodePacked(value);
        bool isText = true;
        for (uint256 i = 0; i < data.length && isText; i++) {
            bytes1 c = data[i];
            isText = (c >= "A" && c <= "Z") || (c >= "a" && c <= "z") || (c >= "0" && c <= "9") || c == "+" || c == "/"
                || c == "=";
        }
        require(!isText, "address reads as text");
        return data;
    }

    function hashedFlag(bool value) private pure returns (bytes memory) {
        return value ? bytes("true") : bytes("false");
    }
}
