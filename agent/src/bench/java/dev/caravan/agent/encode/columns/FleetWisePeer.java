package dev.caravan.agent.encode.columns;

import com.google.protobuf.CodedOutputStream;
import dev.caravan.agent.decode.Signal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * The shape of vehicle_data.proto of AWS IoT FleetWise Edge: one CapturedSignal message for each value, with the signal's
 * number, the time in milliseconds and a double.
 */
final class FleetWisePeer implements Peer {
  private static final String CAMPAIGN =
      "arn:aws:iotfleetwise:eu-central-1:123456789012:campaign/everything";
  private static final String DECODER =
      "arn:aws:iotfleetwise:eu-central-1:123456789012:decoder-manifest/vehicle";
  private static final int HEADER_BYTES =
      1 + 1 + CAMPAIGN.length() + 1 + 1 + DECODER.length() + 6 + 7;

  private final Packed codec;
  private final ByteArrayOutputStream window = new ByteArrayOutputStream();
  private final CodedOutputStream out = CodedOutputStream.newInstance(window);
  private long startUs = -1;

  FleetWisePeer(Packed codec) {
    this.codec = codec;
  }

  @Override
  public String name() {
    return "FleetWise-shaped vehicle_data" + codec.suffix();
  }

  @Override
  public void frame(long timeUs, VehicleTrace.Message message) {
    try {
      if (startUs < 0) {
        startUs = timeUs;
        out.writeByteArray(1, new byte[HEADER_BYTES]);
      }
      long relativeMs = (timeUs - startUs) / 1000;
      for (int i = 0; i < message.raws().length; i++) {
        Signal signal = message.signals().get(i);
        double value = signal.physical(message.raws()[i]);
        int size = CodedOutputStream.computeUInt32Size(1, signal.index() + 1)
            + CodedOutputStream.computeSInt64Size(2, relativeMs)
            + CodedOutputStream.computeDoubleSize(3, value);
        out.writeTag(5, 2);
        out.writeUInt32NoTag(size);
        out.writeUInt32(1, signal.index() + 1);
        out.writeSInt64(2, relativeMs);
        out.writeDouble(3, value);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public int close() {
    try {
      out.flush();
      byte[] content = window.toByteArray();
      window.reset();
      startUs = -1;
      return content.length == 0 ? 0 : codec.size(content, content.length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
