// Written by `node contracts/compile.ts` from contracts/CheckpointAnchor.sol: change that, not this.

/** ABI of CheckpointAnchor. */
export const anchorAbi = [
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "account",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "log",
        "type": "bytes32"
      },
      {
        "indexed": true,
        "internalType": "uint64",
        "name": "size",
        "type": "uint64"
      },
      {
        "indexed": false,
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint64",
        "name": "previous",
        "type": "uint64"
      }
    ],
    "name": "Anchored",
    "type": "event"
  },
  {
    "inputs": [
      {
        "internalType": "bytes32",
        "name": "log",
        "type": "bytes32"
      },
      {
        "internalType": "uint64",
        "name": "size",
        "type": "uint64"
      },
      {
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      }
    ],
    "name": "anchor",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "account",
        "type": "address"
      },
      {
        "internalType": "bytes32",
        "name": "log",
        "type": "bytes32"
      },
      {
        "internalType": "uint64",
        "name": "size",
        "type": "uint64"
      },
      {
        "internalType": "bytes32",
        "name": "root",
        "type": "bytes32"
      }
    ],
    "name": "isNewest",
    "outputs": [
      {
        "internalType": "bool",
        "name": "",
        "type": "bool"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "address",
        "name": "account",
        "type": "address"
      },
      {
        "internalType": "bytes32",
        "name": "log",
        "type": "bytes32"
      }
    ],
    "name": "newest",
    "outputs": [
      {
        "internalType": "uint64",
        "name": "size",
        "type": "uint64"
      },
      {
        "internalType": "bytes24",
        "name": "root",
        "type": "bytes24"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  }
] as const

/** Creation bytecode of CheckpointAnchor; its constructor takes no arguments. */
export const anchorBytecode =
  '0x6080604052348015600f57600080fd5b506104f68061001f6000396000f3fe608060405234801561001057600080fd5b50600436106100415760003560e01c8063144e1b0f1461004657806370c127c6146100cf578063b3e13960146100e4575b600080fd5b61008961005436600461042d565b73ffffffffffffffffffffffffffffffffffffffff919091166000908152602081815260408083209383529290522054908190565b6040805167ffffffffffffffff90931683527fffffffffffffffffffffffffffffffffffffffffffffffff00000000000000009091166020830152015b60405180910390f35b6100e26100dd36600461046f565b610107565b005b6100f76100f23660046104a5565b610385565b60405190151581526020016100c6565b336000908152602081815260408083208684529091529020547fffffffffffffffffffffffffffffffffffffffffffffffff0000000000000000821667ffffffffffffffff8416178082148015610168575060008467ffffffffffffffff16115b15610174575050505050565b8167ffffffffffffffff808216908616116103075760008567ffffffffffffffff1611610202576040517f08c379a000000000000000000000000000000000000000000000000000000000815260206004820152600f60248201527f73697a65206973206d697373696e67000000000000000000000000000000000060448201526064015b60405180910390fd5b8067ffffffffffffffff168567ffffffffffffffff16106102a5576040517f08c379a000000000000000000000000000000000000000000000000000000000815260206004820152602560248201527f616e6f7468657220726f6f74206f6620746869732073697a6520697320616e6360448201527f686f72656400000000000000000000000000000000000000000000000000000060648201526084016101f9565b6040517f08c379a000000000000000000000000000000000000000000000000000000000815260206004820152601960248201527f61206c61726765722073697a6520697320616e63686f7265640000000000000060448201526064016101f9565b336000818152602081815260408083208a8452909152908190208490555167ffffffffffffffff87169188917f96309b54ffda361883db3f776ec937a0f73431fc02ce1ed2c3f124ee846f045990610375908990879091825267ffffffffffffffff16602082015260400190565b60405180910390a4505050505050565b6000808367ffffffffffffffff161180156103fb575067ffffffffffffffff83167fffffffffffffffffffffffffffffffffffffffffffffffff000000000000000083161773ffffffffffffffffffffffffffffffffffffffff8616600090815260208181526040808320888452909152902054145b95945050505050565b803573ffffffffffffffffffffffffffffffffffffffff8116811461042857600080fd5b919050565b6000806040838503121561044057600080fd5b61044983610404565b946020939093013593505050565b803567ffffffffffffffff8116811461042857600080fd5b60008060006060848603121561048457600080fd5b8335925061049460208501610457565b929592945050506040919091013590565b600080600080608085870312156104bb57600080fd5b6104c485610404565b9350602085013592506104d960408601610457565b939692955092936060013592505056fea164736f6c6343000825000a' as const
