package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.uplink.Origin;
import dev.caravan.agent.wire.DeviceName;
import dev.caravan.agent.wire.Message;
import dev.caravan.agent.wire.Topics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import javax.net.SocketFactory;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttActionListener;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;

/** Paho alone, with the messages of the uplink, QoS 1 and so many publishes under way. */
final class RawPaho implements AutoCloseable {
  private final MqttAsyncClient client;
  private final int window;
  private final Semaphore room;
  private final Messages messages =
      new Messages(new Origin(new DeviceName("f", "d1"), "cloud", false), Customs.USUAL, false);

  RawPaho(String url, String id, int window, boolean withoutDelay) throws MqttException {
    this.window = window;
    this.room = new Semaphore(window);
    client = new MqttAsyncClient(url, id, new MemoryPersistence());
    MqttConnectionOptions options = new MqttConnectionOptions();
    options.setCleanStart(true);
    if (withoutDelay) {
      options.setSocketFactory(new WithoutDelay());
    }
    client.connect(options).waitForCompletion();
  }

  void publish(byte[] body, int count) throws MqttException, InterruptedException {
    MqttActionListener listener = new MqttActionListener() {
      @Override
      public void onSuccess(IMqttToken token) {
        room.release();
      }

      @Override
      public void onFailure(IMqttToken token, Throwable why) {
        throw new IllegalStateException(why);
      }
    };
    Message message = new Message(
        Topics.USUAL.data(new DeviceName("f", "d1"), "cloud"),
        Topics.Kind.DATA.contentType(),
        Bytes.of(body));
    for (int i = 0; i < count; i++) {
      room.acquire();
      client.publish(message.topic(), messages.passing(message, 0), null, listener);
    }
    room.acquire(window);
    room.release(window);
  }

  @Override
  public void close() throws MqttException {
    client.disconnectForcibly(0, 1, false);
    client.close(true);
  }

  private static final class WithoutDelay extends SocketFactory {
    @Override
    public Socket createSocket() throws IOException {
      Socket socket = new Socket();
      socket.setTcpNoDelay(true);
      return socket;
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
      throw new IOException("not connected; want createSocket()");
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress own, int ownPort)
        throws IOException {
      return createSocket(host, port);
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
      throw new IOException("not connected; want createSocket()");
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress own, int ownPort)
        throws IOException {
      return createSocket(host, port);
    }
  }
}
