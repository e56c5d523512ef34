package dev.caravan.agent.cli;

import dev.caravan.agent.broker.Terms;
import dev.caravan.agent.broker.Terms.Matter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSocket;

/**
 * A proxy behind which a cloud stands, whatever it is called: it takes CONNECT, and TLS as the host that was asked for, looks at what the
 * client shows there, and passes on what is inside to a broker on loopback.
 */
final class CloudFront implements AutoCloseable {
  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final SSLContext context;
  private final Terms terms;
  private final int brokerPort;

  CloudFront(SSLContext context, Terms terms, int brokerPort) throws IOException {
    this.context = context;
    this.terms = terms;
    this.brokerPort = brokerPort;
    start(this::accept);
  }

  private static void start(Runnable what) {
    Thread thread = new Thread(what, "front");
    thread.setDaemon(true);
    thread.start();
  }

  int port() {
    return server.getLocalPort();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        open.add(client);
        start(() -> serve(client));
      }
    } catch (IOException e) {
      // closed
    }
  }

  private void serve(Socket plain) {
    try (plain) {
      String asked = head(plain.getInputStream()).split(" ", 3)[1];
      plain.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      SSLSocket client = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
      client.setWantClientAuth(true);
      client.setHandshakeApplicationProtocolSelector(
          (socket, offered) -> offered.isEmpty() ? "" : offered.get(0));
      client.startHandshake();
      if (isKept(asked, client)) {
        try (Socket broker = new Socket(InetAddress.getLoopbackAddress(), brokerPort)) {
          open.add(broker);
          start(() -> pass(broker, client));
          pass(client, broker);
        }
      }
    } catch (IOException e) {
      // one side has gone
    }
  }

  private boolean isKept(String asked, SSLSocket client) {
    ExtendedSSLSession session = (ExtendedSSLSession) client.getSession();
    String name = session.getRequestedServerNames().stream()
        .map(each -> ((SNIHostName) each).getAsciiName())
        .findFirst()
        .orElse("");
    boolean server = terms.allow(Matter.SERVER, asked);
    boolean sni = terms.allow(Matter.SNI, name);
    boolean alpn = terms.allow(Matter.ALPN, client.getApplicationProtocol());
    return terms.allow(Matter.CERTIFICATE, showsCertificate(session)) && server && sni && alpn;
  }

  private static boolean showsCertificate(ExtendedSSLSession session) {
    try {
      return session.getPeerCertificates().length > 0;
    } catch (SSLPeerUnverifiedException e) {
      return false;
    }
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("gone");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void pass(Socket from, Socket to) {
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] bytes = new byte[8192];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        out.write(bytes, 0, count);
      }
      to.close();
    } catch (IOException e) {
      // one side has gone
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket each : open) {
      each.close();
    }
  }
}
