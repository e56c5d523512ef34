package dev.caravan.agent.encode.columns;

import java.nio.charset.StandardCharsets;

/** One JSON object for each frame: time with 100 us, message, signals by name. */
final class JsonPeer implements Peer {
  private final Packed codec;
  private final StringBuilder window = new StringBuilder();

  JsonPeer(Packed codec) {
    this.codec = codec;
  }

  @Override
  public String name() {
    return "JSON per message" + codec.suffix();
  }

  @Override
  public void frame(long timeUs, VehicleTrace.Message message) {
    long tenths = VehicleTrace.START_NS / 100_000 + timeUs / 100;
    window
        .append("{\"t\":")
        .append(tenths / 10_000)
        .append('.')
        .append(Long.toString(10_000 + tenths % 10_000), 1, 5)
        .append(",\"m\":\"")
        .append(message.name())
        .append("\",\"s\":{");
    for (int i = 0; i < message.raws().length; i++) {
      window.append(i == 0 ? "\"Signal" : ",\"Signal").append(i).append("\":");
      number(message, i);
    }
    window.append("}}\n");
  }

  private void number(VehicleTrace.Message message, int i) {
    double factor = message.signals().get(i).spec().factor();
    if (factor == 1) {
      window.append(message.raws()[i]);
    } else {
      window.append(Math.round(message.raws()[i] * factor * 100) / 100.0);
    }
  }

  @Override
  public int close() {
    byte[] content = window.toString().getBytes(StandardCharsets.UTF_8);
    window.setLength(0);
    return content.length == 0 ? 0 : codec.size(content, content.length);
  }
}
