// Written by `node contracts/compile.ts` from contracts/EnergyRegistry.sol: change that, not this.

/** ABI of ProducingEnergyRegistry. */
export const producingAbi = [
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": false,
        "internalType": "address",
        "name": "sender",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "LogAssetCreated",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "LogAssetFullyInitialized",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "LogAssetSetActive",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "LogAssetSetInactive",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "fileHash",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "oldMeterRead",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "newMeterRead",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "bool",
        "name": "smartMeterDown",
        "type": "bool"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "certificatesCreatedForWh",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "oldCO2OffsetReading",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "newCO2OffsetReading",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "bool",
        "name": "serviceDown",
        "type": "bool"
      }
    ],
    "name": "LogNewMeterRead",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "oldOwner",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "newOwner",
        "type": "address"
      }
    ],
    "name": "LogOwnershipTransferred",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "oldSmartMeter",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "newSmartMeter",
        "type": "address"
      }
    ],
    "name": "LogSmartMeterUpdated",
    "type": "event"
  },
  {
    "inputs": [],
    "name": "acceptOwnership",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "cooContract",
    "outputs": [
      {
        "internalType": "address",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "createAsset",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "getActive",
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
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "getAssetGeneral",
    "outputs": [
      {
        "internalType": "address",
        "name": "smartMeter",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "assetOwner",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "operationalSince",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "lastSmartMeterReadWh",
        "type": "uint256"
      },
      {
        "internalType": "bool",
        "name": "active",
        "type": "bool"
      },
      {
        "internalType": "bytes32",
        "name": "lastSmartMeterReadFileHash",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "getAssetListLength",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "getAssetLocation",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "country",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "region",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "zip",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "city",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "street",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "houseNumber",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "gpsLatitude",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "gpsLongitude",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "getAssetProducingProperties",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "assetType",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "capacityWh",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "certificatesCreatedForWh",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "lastSmartMeterCO2OffsetRead",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "cO2UsedForCertificate",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "registryCompliance",
        "type": "uint256"
      },
      {
        "internalType": "bytes32",
        "name": "otherGreenAttributes",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "typeOfPublicSupport",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "getAssetType",
    "outputs": [
      {
        "internalType": "uint8",
        "name": "",
        "type": "uint8"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "wh",
        "type": "uint256"
      }
    ],
    "name": "getCoSaved",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "getCompliance",
    "outputs": [
      {
        "internalType": "uint8",
        "name": "",
        "type": "uint8"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "getLastSmartMeterReadFileHash",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "internalType": "address",
        "name": "smartMeter",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "assetOwner",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "operationalSince",
        "type": "uint256"
      },
      {
        "internalType": "bool",
        "name": "active",
        "type": "bool"
      }
    ],
    "name": "initGeneral",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "internalType": "bytes32",
        "name": "country",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "region",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "zip",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "city",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "street",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "houseNumber",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "gpsLatitude",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "gpsLongitude",
        "type": "bytes32"
      }
    ],
    "name": "initLocation",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "internalType": "uint8",
        "name": "assetType",
        "type": "uint8"
      },
      {
        "internalType": "uint256",
        "name": "capacityWh",
        "type": "uint256"
      },
      {
        "internalType": "uint8",
        "name": "registryCompliance",
        "type": "uint8"
      },
      {
        "internalType": "bytes32",
        "name": "otherGreenAttributes",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "typeOfPublicSupport",
        "type": "bytes32"
      }
    ],
    "name": "initProducingProperties",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "role",
        "type": "uint8"
      },
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      }
    ],
    "name": "isRole",
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
        "name": "newOwner",
        "type": "address"
      }
    ],
    "name": "offerOwnership",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "offeredOwner",
    "outputs": [
      {
        "internalType": "address",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "owner",
    "outputs": [
      {
        "internalType": "address",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "newMeterRead",
        "type": "uint256"
      },
      {
        "internalType": "bool",
        "name": "smartMeterDown",
        "type": "bool"
      },
      {
        "internalType": "bytes32",
        "name": "lastSmartMeterReadFileHash",
        "type": "bytes32"
      },
      {
        "internalType": "uint256",
        "name": "CO2OffsetMeterRead",
        "type": "uint256"
      },
      {
        "internalType": "bool",
        "name": "CO2OffsetServiceDown",
        "type": "bool"
      }
    ],
    "name": "saveSmartMeterRead",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "internalType": "bool",
        "name": "active",
        "type": "bool"
      }
    ],
    "name": "setActive",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "internalType": "address",
        "name": "newSmartMeter",
        "type": "address"
      }
    ],
    "name": "updateSmartMeter",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  }
] as const

/** Creation bytecode of ProducingEnergyRegistry; its constructor takes no arguments. */
export const producingBytecode =
  '0x6080604052348015600f57600080fd5b50600080546001600160a01b0319163390811782556040519091907fdb6d05f3295cede580affa301a1eb5297528f3b3f6a56b075887ce6f61c45f21908290a3611c418061005e6000396000f3fe608060405234801561001057600080fd5b50600436106101825760003560e01c80639963aece116100d8578063bb5a389e1161008c578063e60a955d11610066578063e60a955d146103ad578063ebeb24f7146103c0578063f7105c05146103e057600080fd5b8063bb5a389e14610364578063c53fb1a514610387578063cff4da061461039a57600080fd5b8063ade1e992116100bd578063ade1e992146102fc578063ae51439c14610356578063b1f2cc9d1461035e57600080fd5b80639963aece146102d65780639a4b8c0d146102e957600080fd5b806331a5daf31161013a578063883583ce11610114578063883583ce1461026b5780638da5cb5b1461027e5780638e3e92f2146102c357600080fd5b806331a5daf31461023a57806376b240ee1461024257806379ba50971461026357600080fd5b80631314394d1161016b5780631314394d146101c65780632bc32e11146102145780632f1380741461022757600080fd5b806307052442146101875780630bbb888a1461019c575b600080fd5b61019a6101953660046118cf565b6103f3565b005b6101af6101aa3660046118fb565b61056a565b60405160ff90911681526020015b60405180910390f35b6101d96101d43660046118fb565b61059b565b604080519889526020890197909752958701949094526060860192909252608085015260a084015260c083015260e0820152610100016101bd565b61019a610222366004611924565b61064f565b61019a61023536600461197c565b6107e0565b61019a6107fd565b6102556102503660046119d3565b6108b1565b6040519081526020016101bd565b61019a61099e565b6101d96102793660046118fb565b610a82565b60005461029e9073ffffffffffffffffffffffffffffffffffffffff1681565b60405173ffffffffffffffffffffffffffffffffffffffff90911681526020016101bd565b61019a6102d13660046119f5565b610b35565b61019a6102e4366004611a10565b610be3565b6101af6102f73660046118fb565b610d65565b61030f61030a3660046118fb565b610d95565b6040805173ffffffffffffffffffffffffffffffffffffffff97881681529690951660208701529385019290925260608401521515608083015260a082015260c0016101bd565b600254610255565b3061029e565b610377610372366004611a80565b610e1d565b60405190151581526020016101bd565b6103776103953660046118fb565b610ec6565b61019a6103a8366004611aaa565b610ef3565b61019a6103bb366004611b02565b6111c0565b60015461029e9073ffffffffffffffffffffffffffffffffffffffff1681565b6102556103ee3660046118fb565b6112e0565b60005473ffffffffffffffffffffffffffffffffffffffff16331461045f5760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e657200000000000000000060448201526064015b60405180910390fd5b600061046a836112f5565b905073ffffffffffffffffffffffffffffffffffffffff82166104cf5760405162461bcd60e51b815260206004820152601660248201527f736d617274206d65746572206973206d697373696e67000000000000000000006044820152606401610456565b80546040805173ffffffffffffffffffffffffffffffffffffffff9283168152918416602083015284917ff21b7f97aaaa14a97074231af1a7edf425091a443fc7084337fb1717d8f44385910160405180910390a280547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff9290921691909117905550565b60006105758261136c565b600301547501000000000000000000000000000000000000000000900460ff1692915050565b60008060008060008060008060006105b28a61136c565b604080516101008101918290529160089081019182845b8154815260200190600101908083116105c95750505050509050806000600881106105f6576105f6611b25565b602002015181600160200201518260026020020151836003602002015184600460200201518560056020020151866006602002015187600760200201519850985098509850985098509850985050919395975091939597565b60008061065d8888876113d1565b6001820154919350915070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff16808510156106dd5760405162461bcd60e51b815260206004820152601560248201527f434f32206f666673657420776f756c642066616c6c00000000000000000000006044820152606401610456565b6fffffffffffffffffffffffffffffffff85111561073d5760405162461bcd60e51b815260206004820152601a60248201527f434f32206f66667365742061626f766520325e313238202d20310000000000006044820152606401610456565b6001830180546fffffffffffffffffffffffffffffffff87811670010000000000000000000000000000000002911617905560408051838152602081018a905288151591810191909152600060608201526080810182905260a0810186905284151560c082015286908a907fe45acadd06cd9b354bd940dd24cd458d64a46ff62f06dbcbc65e6474f73c4a8e9060e00160405180910390a3505050505050505050565b6107f6856107f187878787876115d5565b61180f565b5050505050565b60005473ffffffffffffffffffffffffffffffffffffffff1633146108645760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e65720000000000000000006044820152606401610456565b6002546040513381527fd3ab0c36887772472a25b1c1cecc0dee794b7c5ca472edaa2db255346878ee6b9060200160405180910390a2600280549060006108aa83611b83565b9190505550565b6000806108bd8461136c565b60018101549091506fffffffffffffffffffffffffffffffff1660008190036108eb57600092505050610998565b8084111561093b5760405162461bcd60e51b815260206004820152601760248201527f6d6f7265205768207468616e20726567697374657265640000000000000000006044820152606401610456565b620f42408161094a8683611bbb565b6109549190611bd2565b6001840154610989919070010000000000000000000000000000000090046fffffffffffffffffffffffffffffffff16611bbb565b6109939190611bd2565b925050505b92915050565b60015473ffffffffffffffffffffffffffffffffffffffff163314610a055760405162461bcd60e51b815260206004820152601960248201527f6f776e65727368697020776173206e6f74206f666665726564000000000000006044820152606401610456565b60008054604051339273ffffffffffffffffffffffffffffffffffffffff909216917fdb6d05f3295cede580affa301a1eb5297528f3b3f6a56b075887ce6f61c45f2191a3600080547fffffffffffffffffffffffff00000000000000000000000000000000000000009081163317909155600180549091169055565b6000806000806000806000806000610a998a61136c565b600381015460058201546001830154600684015460079094015460ff74010000000000000000000000000000000000000000850481169e50929c5060009b506fffffffffffffffffffffffffffffffff7001000000000000000000000000000000009092049190911699508a98507501000000000000000000000000000000000000000000909204169550909350915050919395975091939597565b60005473ffffffffffffffffffffffffffffffffffffffff163314610b9c5760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e65720000000000000000006044820152606401610456565b600180547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff92909216919091179055565b60005473ffffffffffffffffffffffffffffffffffffffff163314610c4a5760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e65720000000000000000006044820152606401610456565b6000610c558a61136c565b80549091507501000000000000000000000000000000000000000000900460ff1615610cc35760405162461bcd60e51b815260206004820152601f60248201527f6c6f636174696f6e20697320616c726561647920696e697469616c69736564006044820152606401610456565b80547fffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffff16750100000000000000000000000000000000000000000017815560408051610100810182528a8152602081018a9052908101889052606081018790526080810186905260a0810185905260c0810184905260e081018390526008820190610d4e9082611c0d565b50610d598a8261180f565b50505050505050505050565b6000610d708261136c565b6003015474010000000000000000000000000000000000000000900460ff1692915050565b6000806000806000806000610da98861136c565b805460038201546004830154600184015460029094015473ffffffffffffffffffffffffffffffffffffffff8085169e93169c50909a506fffffffffffffffffffffffffffffffff90931698507401000000000000000000000000000000000000000090910460ff16965090945092505050565b6000600660ff84161115610e735760405162461bcd60e51b815260206004820152600c60248201527f756e6b6e6f776e20726f6c6500000000000000000000000000000000000000006044820152606401610456565b60005473ffffffffffffffffffffffffffffffffffffffff83811691161480610ebf575060ff83166004148015610ebf575073ffffffffffffffffffffffffffffffffffffffff821615155b9392505050565b6000610ed18261136c565b5474010000000000000000000000000000000000000000900460ff1692915050565b60005473ffffffffffffffffffffffffffffffffffffffff163314610f5a5760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e65720000000000000000006044820152606401610456565b6000610f658761136c565b8054909150760100000000000000000000000000000000000000000000900460ff1615610fd45760405162461bcd60e51b815260206004820152601e60248201527f70726f7065727469657320616c726561647920696e697469616c6973656400006044820152606401610456565b600360ff871611156110285760405162461bcd60e51b815260206004820152601260248201527f756e6b6e6f776e206173736574207479706500000000000000000000000000006044820152606401610456565b600360ff8516111561107c5760405162461bcd60e51b815260206004820152601260248201527f756e6b6e6f776e20636f6d706c69616e636500000000000000000000000000006044820152606401610456565b600085116110cc5760405162461bcd60e51b815260206004820152601360248201527f6361706163697479206973206d697373696e67000000000000000000000000006044820152606401610456565b80547fffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffffff167601000000000000000000000000000000000000000000001781556003810180546005830187905560ff8681167501000000000000000000000000000000000000000000027fffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffff918a167401000000000000000000000000000000000000000002919091167fffffffffffffffffffff0000ffffffffffffffffffffffffffffffffffffffff9092169190911717905560068101839055600781018290556111b7878261180f565b50505050505050565b60005473ffffffffffffffffffffffffffffffffffffffff1633146112275760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e65720000000000000000006044820152606401610456565b6000611232836112f5565b80548315801574010000000000000000000000000000000000000000027fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff9092169190911782559091506112b05760405183907fbb4a2f3fc0f65f1ee98dc140226f7718191ba94892efdc55613785ccbf00a8e890600090a2505050565b60405183907f61f3fbe0c2049de9b0219669983a937b4377c1dced582b6a720a87b49ae3c08b90600090a2505050565b60006112eb8261136c565b6002015492915050565b60006113008261136c565b805490915073ffffffffffffffffffffffffffffffffffffffff166113675760405162461bcd60e51b815260206004820152601860248201527f6173736574206973206e6f7420696e697469616c6973656400000000000000006044820152606401610456565b919050565b600060025482106113bf5760405162461bcd60e51b815260206004820152600d60248201527f756e6b6e6f776e206173736574000000000000000000000000000000000000006044820152606401610456565b50600090815260036020526040902090565b6000838152600360205260408120805490919073ffffffffffffffffffffffffffffffffffffffff16331461145257611409856112f5565b5060405162461bcd60e51b815260206004820152601d60248201527f73656e646572206973206e6f742074686520736d617274206d657465720000006044820152606401610456565b815474010000000000000000000000000000000000000000900460ff166114bb5760405162461bcd60e51b815260206004820152601360248201527f6173736574206973206e6f7420616374697665000000000000000000000000006044820152606401610456565b5060018101546fffffffffffffffffffffffffffffffff16808410156115235760405162461bcd60e51b815260206004820152601360248201527f726567697374657220776f756c642066616c6c000000000000000000000000006044820152606401610456565b6fffffffffffffffffffffffffffffffff8411156115835760405162461bcd60e51b815260206004820152601860248201527f72656769737465722061626f766520325e313238202d203100000000000000006044820152606401610456565b6001820180547fffffffffffffffffffffffffffffffff00000000000000000000000000000000166fffffffffffffffffffffffffffffffff9590951694909417909355600281019190915592909150565b6000805473ffffffffffffffffffffffffffffffffffffffff16331461163d5760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e65720000000000000000006044820152606401610456565b6116468661136c565b805490915073ffffffffffffffffffffffffffffffffffffffff16156116ae5760405162461bcd60e51b815260206004820152601c60248201527f617373657420697320616c726561647920696e697469616c69736564000000006044820152606401610456565b73ffffffffffffffffffffffffffffffffffffffff85166117115760405162461bcd60e51b815260206004820152601660248201527f736d617274206d65746572206973206d697373696e67000000000000000000006044820152606401610456565b73ffffffffffffffffffffffffffffffffffffffff84166117745760405162461bcd60e51b815260206004820152601660248201527f6173736574206f776e6572206973206d697373696e67000000000000000000006044820152606401610456565b80546003820180547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff9687161790556004820193909355939092167fffffffffffffffffffffff000000000000000000000000000000000000000000909116177401000000000000000000000000000000000000000091151591909102178155919050565b805473ffffffffffffffffffffffffffffffffffffffff161580159061184f575080547501000000000000000000000000000000000000000000900460ff165b801561187657508054760100000000000000000000000000000000000000000000900460ff165b156118a75760405182907f1952717c0461c82af1fee2f55fe9887230a44916d9214bcdf89905bd2c3918a990600090a25b5050565b803573ffffffffffffffffffffffffffffffffffffffff8116811461136757600080fd5b600080604083850312156118e257600080fd5b823591506118f2602084016118ab565b90509250929050565b60006020828403121561190d57600080fd5b5035919050565b8035801515811461136757600080fd5b60008060008060008060c0878903121561193d57600080fd5b863595506020870135945061195460408801611914565b9350606087013592506080870135915061197060a08801611914565b90509295509295509295565b600080600080600060a0868803121561199457600080fd5b853594506119a4602087016118ab565b93506119b2604087016118ab565b9250606086013591506119c760808701611914565b90509295509295909350565b600080604083850312156119e657600080fd5b50508035926020909101359150565b600060208284031215611a0757600080fd5b610ebf826118ab565b60008060008060008060008060006101208a8c031215611a2f57600080fd5b505087359960208901359950604089013598606081013598506080810135975060a0810135965060c0810135955060e08101359450610100013592509050565b803560ff8116811461136757600080fd5b60008060408385031215611a9357600080fd5b611a9c83611a6f565b91506118f2602084016118ab565b60008060008060008060c08789031215611ac357600080fd5b86359550611ad360208801611a6f565b945060408701359350611ae860608801611a6f565b9598949750929560808101359460a0909101359350915050565b60008060408385031215611b1557600080fd5b823591506118f260208401611914565b7f4e487b7100000000000000000000000000000000000000000000000000000000600052603260045260246000fd5b7f4e487b7100000000000000000000000000000000000000000000000000000000600052601160045260246000fd5b60007fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8203611bb457611bb4611b54565b5060010190565b808202811582820484141761099857610998611b54565b600082611c08577f4e487b7100000000000000000000000000000000000000000000000000000000600052601260045260246000fd5b500490565b8160005b6008811015611c2e57815183820155602090910190600101611c11565b5050505056fea164736f6c6343000825000a' as const

/** ABI of ConsumingEnergyRegistry. */
export const consumingAbi = [
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": false,
        "internalType": "address",
        "name": "sender",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "LogAssetCreated",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "LogAssetFullyInitialized",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "LogAssetSetActive",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "LogAssetSetInactive",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "indexed": true,
        "internalType": "bytes32",
        "name": "fileHash",
        "type": "bytes32"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "oldMeterRead",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "newMeterRead",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "uint256",
        "name": "certificatesUsedForWh",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "bool",
        "name": "smartMeterDown",
        "type": "bool"
      }
    ],
    "name": "LogNewMeterRead",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "address",
        "name": "oldOwner",
        "type": "address"
      },
      {
        "indexed": true,
        "internalType": "address",
        "name": "newOwner",
        "type": "address"
      }
    ],
    "name": "LogOwnershipTransferred",
    "type": "event"
  },
  {
    "anonymous": false,
    "inputs": [
      {
        "indexed": true,
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "oldSmartMeter",
        "type": "address"
      },
      {
        "indexed": false,
        "internalType": "address",
        "name": "newSmartMeter",
        "type": "address"
      }
    ],
    "name": "LogSmartMeterUpdated",
    "type": "event"
  },
  {
    "inputs": [],
    "name": "acceptOwnership",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "cooContract",
    "outputs": [
      {
        "internalType": "address",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "createAsset",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "getActive",
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
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "getAssetGeneral",
    "outputs": [
      {
        "internalType": "address",
        "name": "smartMeter",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "assetOwner",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "operationalSince",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "capacityWh",
        "type": "uint256"
      },
      {
        "internalType": "bool",
        "name": "maxCapacitySet",
        "type": "bool"
      },
      {
        "internalType": "uint256",
        "name": "lastSmartMeterReadWh",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "certificatesUsedForWh",
        "type": "uint256"
      },
      {
        "internalType": "bool",
        "name": "active",
        "type": "bool"
      },
      {
        "internalType": "bytes32",
        "name": "lastSmartMeterReadFileHash",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "getAssetListLength",
    "outputs": [
      {
        "internalType": "uint256",
        "name": "",
        "type": "uint256"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "getAssetLocation",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "country",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "region",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "zip",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "city",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "street",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "houseNumber",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "gpsLatitude",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "gpsLongitude",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      }
    ],
    "name": "getLastSmartMeterReadFileHash",
    "outputs": [
      {
        "internalType": "bytes32",
        "name": "",
        "type": "bytes32"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "internalType": "address",
        "name": "smartMeter",
        "type": "address"
      },
      {
        "internalType": "address",
        "name": "assetOwner",
        "type": "address"
      },
      {
        "internalType": "uint256",
        "name": "operationalSince",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "capacityWh",
        "type": "uint256"
      },
      {
        "internalType": "bool",
        "name": "maxCapacitySet",
        "type": "bool"
      },
      {
        "internalType": "bool",
        "name": "active",
        "type": "bool"
      }
    ],
    "name": "initGeneral",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "internalType": "bytes32",
        "name": "country",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "region",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "zip",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "city",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "street",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "houseNumber",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "gpsLatitude",
        "type": "bytes32"
      },
      {
        "internalType": "bytes32",
        "name": "gpsLongitude",
        "type": "bytes32"
      }
    ],
    "name": "initLocation",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint8",
        "name": "role",
        "type": "uint8"
      },
      {
        "internalType": "address",
        "name": "caller",
        "type": "address"
      }
    ],
    "name": "isRole",
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
        "name": "newOwner",
        "type": "address"
      }
    ],
    "name": "offerOwnership",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "offeredOwner",
    "outputs": [
      {
        "internalType": "address",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [],
    "name": "owner",
    "outputs": [
      {
        "internalType": "address",
        "name": "",
        "type": "address"
      }
    ],
    "stateMutability": "view",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "internalType": "uint256",
        "name": "newMeterRead",
        "type": "uint256"
      },
      {
        "internalType": "bytes32",
        "name": "lastSmartMeterReadFileHash",
        "type": "bytes32"
      },
      {
        "internalType": "bool",
        "name": "smartMeterDown",
        "type": "bool"
      }
    ],
    "name": "saveSmartMeterRead",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "internalType": "bool",
        "name": "active",
        "type": "bool"
      }
    ],
    "name": "setActive",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  },
  {
    "inputs": [
      {
        "internalType": "uint256",
        "name": "assetId",
        "type": "uint256"
      },
      {
        "internalType": "address",
        "name": "newSmartMeter",
        "type": "address"
      }
    ],
    "name": "updateSmartMeter",
    "outputs": [],
    "stateMutability": "nonpayable",
    "type": "function"
  }
] as const

/** Creation bytecode of ConsumingEnergyRegistry; its constructor takes no arguments. */
export const consumingBytecode =
  '0x6080604052348015600f57600080fd5b50600080546001600160a01b0319163390811782556040519091907fdb6d05f3295cede580affa301a1eb5297528f3b3f6a56b075887ce6f61c45f21908290a361156d8061005e6000396000f3fe608060405234801561001057600080fd5b506004361061011b5760003560e01c80639963aece116100b2578063bb5a389e11610081578063e60a955d11610066578063e60a955d146102e8578063ebeb24f7146102fb578063f7105c051461031b57600080fd5b8063bb5a389e146102b2578063c53fb1a5146102d557600080fd5b80639963aece14610216578063ade1e99214610229578063ae51439c1461029a578063b1f2cc9d146102ac57600080fd5b80637715ad90116100ee5780637715ad90146101a357806379ba5097146101b65780638da5cb5b146101be5780638e3e92f21461020357600080fd5b806307052442146101205780631314394d14610135578063244a613a1461018857806331a5daf31461019b575b600080fd5b61013361012e3660046112d7565b61032e565b005b610148610143366004611303565b6104a5565b604080519889526020890197909752958701949094526060860192909252608085015260a084015260c083015260e0820152610100015b60405180910390f35b61013361019636600461132c565b610559565b6101336105d7565b6101336101b136600461139d565b61068b565b6101336106ef565b6000546101de9073ffffffffffffffffffffffffffffffffffffffff1681565b60405173ffffffffffffffffffffffffffffffffffffffff909116815260200161017f565b6101336102113660046113dc565b6107d3565b6101336102243660046113f7565b610881565b61023c610237366004611303565b610a03565b6040805173ffffffffffffffffffffffffffffffffffffffff9a8b1681529990981660208a0152968801959095526060870193909352901515608086015260a085015260c0840152151560e08301526101008201526101200161017f565b6002545b60405190815260200161017f565b306101de565b6102c56102c0366004611456565b610af2565b604051901515815260200161017f565b6102c56102e3366004611303565b610b9b565b6101336102f6366004611488565b610bc8565b6001546101de9073ffffffffffffffffffffffffffffffffffffffff1681565b61029e610329366004611303565b610ce8565b60005473ffffffffffffffffffffffffffffffffffffffff16331461039a5760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e657200000000000000000060448201526064015b60405180910390fd5b60006103a583610cfd565b905073ffffffffffffffffffffffffffffffffffffffff821661040a5760405162461bcd60e51b815260206004820152601660248201527f736d617274206d65746572206973206d697373696e67000000000000000000006044820152606401610391565b80546040805173ffffffffffffffffffffffffffffffffffffffff9283168152918416602083015284917ff21b7f97aaaa14a97074231af1a7edf425091a443fc7084337fb1717d8f44385910160405180910390a280547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff9290921691909117905550565b60008060008060008060008060006104bc8a610d74565b604080516101008101918290529160089081019182845b8154815260200190600101908083116104d3575050505050905080600060088110610500576105006114ab565b602002015181600160200201518260026020020151836003602002015184600460200201518560056020020151866006602002015187600760200201519850985098509850985098509850985050919395975091939597565b60006105688888888886610dd9565b600581018590556003810180548515157601000000000000000000000000000000000000000000009081027fffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffffff9283161790925582541617815590506105cd8882611013565b5050505050505050565b60005473ffffffffffffffffffffffffffffffffffffffff16331461063e5760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e65720000000000000000006044820152606401610391565b6002546040513381527fd3ab0c36887772472a25b1c1cecc0dee794b7c5ca472edaa2db255346878ee6b9060200160405180910390a260028054906000610684836114da565b9190505550565b60006106988585856110af565b60408051828152602081018890526000818301528515156060820152905191935085925087917fa0ab5f173b69a28f81848a665a77213faedda299f939f047032c1e714ce6e94b9181900360800190a35050505050565b60015473ffffffffffffffffffffffffffffffffffffffff1633146107565760405162461bcd60e51b815260206004820152601960248201527f6f776e65727368697020776173206e6f74206f666665726564000000000000006044820152606401610391565b60008054604051339273ffffffffffffffffffffffffffffffffffffffff909216917fdb6d05f3295cede580affa301a1eb5297528f3b3f6a56b075887ce6f61c45f2191a3600080547fffffffffffffffffffffffff00000000000000000000000000000000000000009081163317909155600180549091169055565b60005473ffffffffffffffffffffffffffffffffffffffff16331461083a5760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e65720000000000000000006044820152606401610391565b600180547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff92909216919091179055565b60005473ffffffffffffffffffffffffffffffffffffffff1633146108e85760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e65720000000000000000006044820152606401610391565b60006108f38a610d74565b80549091507501000000000000000000000000000000000000000000900460ff16156109615760405162461bcd60e51b815260206004820152601f60248201527f6c6f636174696f6e20697320616c726561647920696e697469616c69736564006044820152606401610391565b80547fffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffffff16750100000000000000000000000000000000000000000017815560408051610100810182528a8152602081018a9052908101889052606081018790526080810186905260a0810185905260c0810184905260e0810183905260088201906109ec9082611539565b506109f78a82611013565b50505050505050505050565b600080600080600080600080600080610a1b8b610d74565b90508060000160009054906101000a900473ffffffffffffffffffffffffffffffffffffffff168160030160009054906101000a900473ffffffffffffffffffffffffffffffffffffffff16826004015483600501548460030160169054906101000a900460ff168560010160009054906101000a90046fffffffffffffffffffffffffffffffff1660008760000160149054906101000a900460ff168860020154836fffffffffffffffffffffffffffffffff169350995099509950995099509950995099509950509193959799909294969850565b6000600660ff84161115610b485760405162461bcd60e51b815260206004820152600c60248201527f756e6b6e6f776e20726f6c6500000000000000000000000000000000000000006044820152606401610391565b60005473ffffffffffffffffffffffffffffffffffffffff83811691161480610b94575060ff83166004148015610b94575073ffffffffffffffffffffffffffffffffffffffff821615155b9392505050565b6000610ba682610d74565b5474010000000000000000000000000000000000000000900460ff1692915050565b60005473ffffffffffffffffffffffffffffffffffffffff163314610c2f5760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e65720000000000000000006044820152606401610391565b6000610c3a83610cfd565b80548315801574010000000000000000000000000000000000000000027fffffffffffffffffffffff00ffffffffffffffffffffffffffffffffffffffff909216919091178255909150610cb85760405183907fbb4a2f3fc0f65f1ee98dc140226f7718191ba94892efdc55613785ccbf00a8e890600090a2505050565b60405183907f61f3fbe0c2049de9b0219669983a937b4377c1dced582b6a720a87b49ae3c08b90600090a2505050565b6000610cf382610d74565b6002015492915050565b6000610d0882610d74565b805490915073ffffffffffffffffffffffffffffffffffffffff16610d6f5760405162461bcd60e51b815260206004820152601860248201527f6173736574206973206e6f7420696e697469616c6973656400000000000000006044820152606401610391565b919050565b60006002548210610dc75760405162461bcd60e51b815260206004820152600d60248201527f756e6b6e6f776e206173736574000000000000000000000000000000000000006044820152606401610391565b50600090815260036020526040902090565b6000805473ffffffffffffffffffffffffffffffffffffffff163314610e415760405162461bcd60e51b815260206004820152601760248201527f73656e646572206973206e6f7420746865206f776e65720000000000000000006044820152606401610391565b610e4a86610d74565b805490915073ffffffffffffffffffffffffffffffffffffffff1615610eb25760405162461bcd60e51b815260206004820152601c60248201527f617373657420697320616c726561647920696e697469616c69736564000000006044820152606401610391565b73ffffffffffffffffffffffffffffffffffffffff8516610f155760405162461bcd60e51b815260206004820152601660248201527f736d617274206d65746572206973206d697373696e67000000000000000000006044820152606401610391565b73ffffffffffffffffffffffffffffffffffffffff8416610f785760405162461bcd60e51b815260206004820152601660248201527f6173736574206f776e6572206973206d697373696e67000000000000000000006044820152606401610391565b80546003820180547fffffffffffffffffffffffff00000000000000000000000000000000000000001673ffffffffffffffffffffffffffffffffffffffff9687161790556004820193909355939092167fffffffffffffffffffffff000000000000000000000000000000000000000000909116177401000000000000000000000000000000000000000091151591909102178155919050565b805473ffffffffffffffffffffffffffffffffffffffff1615801590611053575080547501000000000000000000000000000000000000000000900460ff165b801561107a57508054760100000000000000000000000000000000000000000000900460ff165b156110ab5760405182907f1952717c0461c82af1fee2f55fe9887230a44916d9214bcdf89905bd2c3918a990600090a25b5050565b6000838152600360205260408120805490919073ffffffffffffffffffffffffffffffffffffffff163314611130576110e785610cfd565b5060405162461bcd60e51b815260206004820152601d60248201527f73656e646572206973206e6f742074686520736d617274206d657465720000006044820152606401610391565b815474010000000000000000000000000000000000000000900460ff166111995760405162461bcd60e51b815260206004820152601360248201527f6173736574206973206e6f7420616374697665000000000000000000000000006044820152606401610391565b5060018101546fffffffffffffffffffffffffffffffff16808410156112015760405162461bcd60e51b815260206004820152601360248201527f726567697374657220776f756c642066616c6c000000000000000000000000006044820152606401610391565b6fffffffffffffffffffffffffffffffff8411156112615760405162461bcd60e51b815260206004820152601860248201527f72656769737465722061626f766520325e313238202d203100000000000000006044820152606401610391565b6001820180547fffffffffffffffffffffffffffffffff00000000000000000000000000000000166fffffffffffffffffffffffffffffffff9590951694909417909355600281019190915592909150565b803573ffffffffffffffffffffffffffffffffffffffff81168114610d6f57600080fd5b600080604083850312156112ea57600080fd5b823591506112fa602084016112b3565b90509250929050565b60006020828403121561131557600080fd5b5035919050565b80358015158114610d6f57600080fd5b600080600080600080600060e0888a03121561134757600080fd5b87359650611357602089016112b3565b9550611365604089016112b3565b9450606088013593506080880135925061138160a0890161131c565b915061138f60c0890161131c565b905092959891949750929550565b600080600080608085870312156113b357600080fd5b8435935060208501359250604085013591506113d16060860161131c565b905092959194509250565b6000602082840312156113ee57600080fd5b610b94826112b3565b60008060008060008060008060006101208a8c03121561141657600080fd5b505087359960208901359950604089013598606081013598506080810135975060a0810135965060c0810135955060e08101359450610100013592509050565b6000806040838503121561146957600080fd5b823560ff8116811461147a57600080fd5b91506112fa602084016112b3565b6000806040838503121561149b57600080fd5b823591506112fa6020840161131c565b7f4e487b7100000000000000000000000000000000000000000000000000000000600052603260045260246000fd5b60007fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff8203611532577f4e487b7100000000000000000000000000000000000000000000000000000000600052601160045260246000fd5b5060010190565b8160005b600881101561155a5781518382015560209091019060010161153d565b5050505056fea164736f6c6343000825000a' as const
