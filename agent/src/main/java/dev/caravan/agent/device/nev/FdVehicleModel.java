package dev.caravan.agent.device.nev;

import dev.caravan.agent.device.FrameOut;
import dev.caravan.agent.device.Traffic;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The bus of {@link VehicleModel} with two CAN FD messages more, which come at their own pace whatever the rate of the
 * others: {@code config/dbc/nev-fd.dbc} describes them.
 *
 * <pre>
 *  0x510 CellBlock, 64 bytes, 100 ms, fast payload, little endian
 *    0..1 counter   2 page 0..3   3 unused   4..51 24 cells, u16, 0.1 mV   52..59 pack voltage, f64   60..63 current, f32
 *  0x511 MotionBlock, 24 bytes, 20 ms, big endian
 *    0..1 counter   2..9 odometer in m, u64   10..13 speed, f32   14..19 longitudinal, lateral, vertical, s16, mm/s2
 *    20..23 unused
 * </pre>
 *
 * One thread.
 */
public final class FdVehicleModel implements Traffic {
  static final int CELL_BLOCK = 0x510;
  static final int MOTION_BLOCK = 0x511;
  static final int CELLS_A_PAGE = 24;

  private static final long CELL_BLOCK_NS = 100_000_000;
  private static final long MOTION_BLOCK_NS = 20_000_000;
  private static final int CELL_BLOCK_BYTES = 64;
  private static final int MOTION_BLOCK_BYTES = 24;

  private final Car car;
  private final VehicleModel classic;
  private final byte[] payload = new byte[CELL_BLOCK_BYTES];
  private final ByteBuffer fields = ByteBuffer.wrap(payload);
  private long cellBlocks;
  private long motionBlocks;

  /** A car at the beginning of a trip, whose bus carries so many classic frames a second. */
  public FdVehicleModel(double rateHz, long seed) {
    this(rateHz, new Car(seed));
  }

  FdVehicleModel(double rateHz, Car car) {
    this.car = car;
    this.classic = new VehicleModel(rateHz, car);
  }

  @Override
  public int bitrate() {
    return classic.bitrate();
  }

  @Override
  public void runUntil(long untilNs, FrameOut out) {
    while (true) {
      long cellsDueNs = cellBlocks * CELL_BLOCK_NS;
      long motionDueNs = motionBlocks * MOTION_BLOCK_NS;
      long dueNs = Math.min(cellsDueNs, motionDueNs);
      if (dueNs >= untilNs) {
        classic.runUntil(untilNs, out);
        return;
      }
      classic.runUntil(dueNs, out);
      if (cellsDueNs == dueNs) {
        cellBlock();
        int flags = FrameOut.FD | FrameOut.BIT_RATE_SWITCH;
        out.frame(dueNs, CELL_BLOCK, flags, payload, CELL_BLOCK_BYTES);
        cellBlocks++;
      } else {
        motionBlock();
        out.frame(dueNs, MOTION_BLOCK, FrameOut.FD, payload, MOTION_BLOCK_BYTES);
        motionBlocks++;
      }
    }
  }

  private void cellBlock() {
    fields.clear().order(ByteOrder.LITTLE_ENDIAN);
    int page = (int) (cellBlocks % (Battery.CELLS / CELLS_A_PAGE));
    fields.putShort((short) cellBlocks).put((byte) page).put((byte) 0);
    for (int i = 0; i < CELLS_A_PAGE; i++) {
      fields.putShort((short) Math.round(car.battery.cellV(page * CELLS_A_PAGE + i) * 10_000));
    }
    fields.putDouble(car.battery.voltageV).putFloat((float) -car.battery.currentA);
  }

  private void motionBlock() {
    fields.clear().order(ByteOrder.BIG_ENDIAN);
    fields
        .putShort((short) motionBlocks)
        .putLong((long) car.drivetrain.odometerM)
        .putFloat((float) (car.drivetrain.speedMps * 3.6))
        .putShort((short) Math.round(car.chassis.longitudinalMps2 * 1000))
        .putShort((short) Math.round(car.chassis.lateralMps2 * 1000))
        .putShort((short) Math.round(car.chassis.verticalMps2 * 1000))
        .putInt(0);
  }
}
