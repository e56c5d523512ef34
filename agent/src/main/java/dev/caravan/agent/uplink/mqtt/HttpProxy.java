package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.health.Words;
import dev.caravan.agent.security.Secret;
import dev.caravan.agent.uplink.RefusedException;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An HTTP proxy that passes a connection on: CONNECT, RFC 9110, 9.3.6. It is told the broker's name and looks it up itself.
 *
 * @param port 1..65535
 * @param user for Basic, RFC 7617; empty for no credentials
 */
record HttpProxy(String host, int port, Optional<String> user, Optional<Secret> password) {
  private static final String FORM =
      "http://(?:([^@/:?#]+)@)?([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+\\]):(\\d{1,5})/?";
  private static final Pattern URL = Pattern.compile(FORM);
  private static final Key<String> PROXY = Key.text("proxy")
      .like(FORM)
      .absent("none")
      .range("`http://[USER@]HOST:PORT`")
      .says(
          "HTTP proxy that every connection goes through (CONNECT); it gets the broker's name, and "
              + "TLS and the check of certificates are the broker's as without it");
  private static final Key<String> PASSWORD = Key.secret("proxy_password")
      .says("that of the proxy's user: one environment variable, `${NAME}`, and nothing else; not "
          + "beside `proxy_password_file`. It goes to the proxy in plain text");
  private static final Key<Path> PASSWORD_FILE = Key.file("proxy_password_file")
      .range("a readable file, at most 64 KiB")
      .says("file with that password in its first line, read anew at each connect");

  /** Its keys in an uplink. */
  static final List<Key<?>> KEYS = List.of(PROXY, PASSWORD, PASSWORD_FILE);

  /** Reads its keys of an uplink. */
  static Optional<HttpProxy> from(Node uplink) {
    Node url = uplink.at(PROXY);
    Optional<Secret> password = Secret.from(uplink, PASSWORD, PASSWORD_FILE);
    Optional<HttpProxy> proxy =
        url.isPresent() ? url.parsed(text -> parse(text, password)) : Optional.empty();
    if (password.isPresent() && proxy.flatMap(HttpProxy::user).isEmpty()) {
      url.fault("want the user of the password in it, such as http://user@proxy.example:3128");
    }
    return proxy;
  }

  private static HttpProxy parse(String text, Optional<Secret> password) {
    Matcher url = URL.matcher(text);
    int port = url.matches() ? Integer.parseInt(url.group(3)) : 0;
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException(
          "want http://[USER@]HOST:PORT, with the password in proxy_password_file, got '"
              + BrokerUrl.shown(text) + "'");
    }
    Optional<String> user = Optional.ofNullable(url.group(1))
        .map(each -> URLDecoder.decode(each.replace("+", "%2B"), StandardCharsets.UTF_8));
    return new HttpProxy(url.group(2), port, user, password);
  }

  /**
   * Connects a socket to a broker by this proxy.
   *
   * @param address the proxy's
   * @throws RefusedException if a person has to act
   * @throws IOException if there is no way; the message says why
   */
  void connect(Socket socket, SocketAddress address, MqttSettings.Broker broker, int timeoutMs)
      throws IOException {
    long untilNs = System.nanoTime() + timeoutMs * 1_000_000L;
    try {
      socket.connect(address, timeoutMs);
      socket.getOutputStream().write(question(broker.host() + ":" + broker.port()));
      InputStream in = new Hurried(socket, untilNs);
      String status;
      do {
        status = HttpAnswer.read(in, this.toString()).get(0);
        // RFC 9112, 4; others may come before the answer
      } while (status.matches("HTTP/1\\.[01] 1\\d\\d( .*)?"));
      judge(status);
    } catch (SocketTimeoutException e) {
      throw new HttpException(this + " gives no answer in " + timeoutMs / 1000 + " s");
    } catch (HttpException | RefusedException e) {
      throw e;
    } catch (IOException e) {
      throw new HttpException(this + ": " + Words.of(e));
    }
  }

  private byte[] question(String to) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    String credentials = "";
    if (user.isPresent()) {
      bytes.write((user.get() + ":").getBytes(StandardCharsets.UTF_8));
      bytes.write(password.isPresent() ? password.get().reveal() : new byte[0]);
      credentials = "Proxy-Authorization: Basic "
          + Base64.getEncoder().encodeToString(bytes.toByteArray()) + "\r\n";
    }
    String text = "CONNECT " + to + " HTTP/1.1\r\nHost: " + to + "\r\n" + credentials + "\r\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private void judge(String status) throws IOException {
    if (!status.matches("HTTP/1\\.[01] \\d{3}( .*)?")) {
      throw new HttpException(this + " is none, it says '" + HttpAnswer.shown(status) + "'");
    }
    String said = this + " says " + HttpAnswer.shown(status.substring(9));
    String code = status.substring(9, 12);
    switch (code) {
      case "407" ->
        throw new RefusedException(
            said + "; want a user in proxy and proxy_password_file that it knows");
      case "403", "405" ->
        throw new RefusedException(
            said + "; does it let through the port of the url? 443 is more common");
      default -> {
        if (!code.startsWith("2")) {
          throw new HttpException(said);
        }
      }
    }
  }

  @Override
  public String toString() {
    return "proxy " + host + ":" + port;
  }

  /** Reads until a time, however slowly bytes come. */
  private static final class Hurried extends FilterInputStream {
    private final Socket socket;
    private final long untilNs;

    Hurried(Socket socket, long untilNs) throws IOException {
      super(socket.getInputStream());
      this.socket = socket;
      this.untilNs = untilNs;
    }

    @Override
    public int read() throws IOException {
      hurry();
      return super.read();
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
      hurry();
      return super.read(to, at, length);
    }

    private void hurry() throws IOException {
      long leftMs = (untilNs - System.nanoTime()) / 1_000_000;
      if (leftMs <= 0) {
        throw new SocketTimeoutException();
      }
      socket.setSoTimeout((int) leftMs);
    }
  }
}
