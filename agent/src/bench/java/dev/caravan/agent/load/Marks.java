package dev.caravan.agent.load;

import dev.caravan.agent.receive.Receiver;
import dev.caravan.agent.receive.Room;
import dev.caravan.agent.receive.StreamKey;
import dev.caravan.agent.wire.BatchSample;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;

/**
 * Hears every mark that arrives at the broker, which hands a message on and acknowledges it in one turn: how long after it was on the bus,
 * and how far its time is from when it was.
 */
final class Marks implements AutoCloseable, Receiver.Listener {
  /** What came of one agent since it was asked last; times in milliseconds. */
  static final class Heard {
    private double[] latencies = new double[1024];
    private double[] errors = new double[1024];
    private int count;

    private synchronized void add(double latencyMs, double errorMs) {
      if (count == latencies.length) {
        latencies = Arrays.copyOf(latencies, 2 * count);
        errors = Arrays.copyOf(errors, 2 * count);
      }
      latencies[count] = latencyMs;
      errors[count++] = errorMs;
    }

    synchronized int count() {
      return count;
    }

    synchronized double latency(double part) {
      return at(latencies, part);
    }

    synchronized double error(double part) {
      return at(errors, part);
    }

    private double at(double[] values, double part) {
      double[] sorted = Arrays.copyOf(values, count);
      Arrays.sort(sorted);
      return count == 0 ? Double.NaN : sorted[Math.min(count - 1, (int) (count * part))];
    }

    synchronized void clear() {
      count = 0;
    }
  }

  private final MqttAsyncClient client;
  private final Receiver receiver = new Receiver(this, Room.share(3));
  private final Map<String, LoadBus> buses = new ConcurrentHashMap<>();
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();
  private long arrivedUs;

  Marks(String url) throws MqttException {
    client = new MqttAsyncClient(url, "load-marks", new MemoryPersistence());
    client.setCallback(new Callback());
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(true);
    client.connect(options).waitForCompletion();
    client.subscribe("caravan/v1/load/#", 0).waitForCompletion();
  }

  Heard of(String device, LoadBus bus) {
    buses.put(device, bus);
    return heard.computeIfAbsent(device, key -> new Heard());
  }

  @Override
  public void sample(StreamKey stream, long sequence, BatchSample sample) {
    if (!sample.signal().path().endsWith(".Mark")) {
      return;
    }
    String device = stream.device().device();
    LoadBus bus = buses.get(device);
    Heard of = heard.get(device);
    if (bus != null && of != null) {
      long markUs = bus.markUs((long) sample.value());
      of.add((arrivedUs - markUs) / 1e3, (sample.timeUs() - markUs) / 1e3);
    }
  }

  private final class Callback implements org.eclipse.paho.mqttv5.client.MqttCallback {
    @Override
    public void messageArrived(String topic, MqttMessage message) {
      arrivedUs = LoadBus.epochUs();
      receiver.arrived(topic, message.getPayload());
    }

    @Override
    public void disconnected(org.eclipse.paho.mqttv5.client.MqttDisconnectResponse response) {}

    @Override
    public void mqttErrorOccurred(MqttException e) {}

    @Override
    public void deliveryComplete(org.eclipse.paho.mqttv5.client.IMqttToken token) {}

    @Override
    public void connectComplete(boolean again, String uri) {}

    @Override
    public void authPacketArrived(
        int reason, org.eclipse.paho.mqttv5.common.packet.MqttProperties properties) {}
  }

  @Override
  public void close() throws MqttException {
    client.disconnectForcibly(0, 1, false);
    client.close(true);
  }
}
