"""One Modbus RTU slave, unit 9, on a serial port: python3 slave.py PORT. Prints "ready"."""

import sys

from pymodbus.datastore import ModbusSequentialDataBlock, ModbusServerContext, ModbusSlaveContext
from pymodbus.framer.rtu_framer import ModbusRtuFramer
from pymodbus.server import StartSerialServer

slave = ModbusSlaveContext(
    di=ModbusSequentialDataBlock(0, [1, 0, 1, 1, 0, 0, 0, 0, 0, 1]),
    co=ModbusSequentialDataBlock(0, [0, 1] * 10),
    hr=ModbusSequentialDataBlock(100, [0x4148, 0x0000, 0xFFFE, 0x1234]),
    ir=ModbusSequentialDataBlock(0, [7, 8, 9]),
    zero_mode=True,
)
print("ready", flush=True)
StartSerialServer(
    context=ModbusServerContext(slaves={9: slave}, single=False),
    framer=ModbusRtuFramer,
    port=sys.argv[1],
    baudrate=9600,
    timeout=0.05,
    ignore_missing_slaves=True,
)
