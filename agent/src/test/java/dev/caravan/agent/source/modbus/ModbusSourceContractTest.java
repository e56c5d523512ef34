package dev.caravan.agent.source.modbus;

import dev.caravan.agent.source.WireContractTest;
import java.io.IOException;
import java.util.List;

/** Two slaves that answer what they are asked; after its opening the line is first listened to. */
class ModbusSourceContractTest extends WireContractTest {
  /** A line that can be cut. */
  private static final class Cuttable implements Line {
    private final Line line;
    private boolean isCut;

    Cuttable(Line line) {
      this.line = line;
    }

    @Override
    public int read(byte[] buffer, int timeoutMs) throws IOException {
      check();
      return line.read(buffer, timeoutMs);
    }

    @Override
    public void write(byte[] bytes, int timeoutMs) throws IOException {
      check();
      line.write(bytes, timeoutMs);
    }

    private void check() throws IOException {
      if (isCut) {
        throw new IOException("read x: device is gone");
      }
    }

    @Override
    public void close() {
      line.close();
    }
  }

  @Override
  protected Rig rig() {
    Bench bench = new Bench((nowNs, request, line) ->
        line.say(nowNs + 5 * Bench.MS, Bench.answer(request, request[0])));
    Cuttable line = new Cuttable(bench.line);
    ModbusSettings settings =
        Bench.settings(0, 125, Bench.group(1, 0, 2, 1_000), Bench.group(2, 16, 2, 1_000));
    return new Rig(
        new ModbusSource(settings, () -> line, bench.time, bench.health),
        bench.health,
        () -> {},
        () -> line.isCut = true);
  }

  @Override
  protected List<String> frames() {
    return List.of(
        "RegisterBlock[unit=1, function=3, address=0, count=2, outcome=READ, exceptionCode=0, data=00000001]",
        "RegisterBlock[unit=2, function=3, address=16, count=2, outcome=READ, exceptionCode=0, data=00100002]");
  }
}
