package dev.caravan.agent.encode.columns;

import com.google.protobuf.CodedOutputStream;
import dev.caravan.agent.decode.Signal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A Sparkplug B DDATA payload: one Metric for each value, with alias, timestamp, datatype, and the value as int_value,
 * boolean_value or double_value.
 *
 * @see <a href="https://sparkplug.eclipse.org/specification/">Sparkplug 3.0.0, 6.4</a>
 */
final class SparkplugPeer implements Peer {
  private static final int INT32 = 3;
  private static final int DOUBLE = 10;

  private final Packed codec;
  private final ByteArrayOutputStream window = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(window);
  private boolean open;

  SparkplugPeer(Packed codec) {
    this.codec = codec;
  }

  @Override
  public String name() {
    return "Sparkplug B with aliases" + codec.suffix();
  }

  @Override
  public void frame(long timeUs, VehicleTrace.Message message) {
    long timeMs = VehicleTrace.START_NS / 1_000_000 + timeUs / 1000;
    try {
      if (!open) {
        open = true;
        out.writeUInt64(1, timeMs);
        out.writeUInt64(3, 7);
      }
      for (int i = 0; i < message.raws().length; i++) {
        metric(message.signals().get(i), timeMs, message.raws()[i]);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void metric(Signal signal, long timeMs, long raw) throws IOException {
    boolean whole = signal.spec().factor() == 1;
    int size = CodedOutputStream.computeUInt64Size(2, signal.index())
        + CodedOutputStream.computeUInt64Size(3, timeMs)
        + CodedOutputStream.computeUInt32Size(4, DOUBLE)
        + (whole
            ? CodedOutputStream.computeUInt32Size(10, (int) raw)
            : CodedOutputStream.computeDoubleSize(13, 0));
    out.writeTag(2, 2);
    out.writeUInt32NoTag(size);
    out.writeUInt64(2, signal.index());
    out.writeUInt64(3, timeMs);
    out.writeUInt32(4, whole ? INT32 : DOUBLE);
    if (whole) {
      out.writeUInt32(10, (int) raw);
    } else {
      out.writeDouble(13, signal.physical(raw));
    }
  }

  @Override
  public int close() {
    try {
      out.flush();
      byte[] content = window.toByteArray();
      window.reset();
      open = false;
      return content.length == 0 ? 0 : codec.size(content, content.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
