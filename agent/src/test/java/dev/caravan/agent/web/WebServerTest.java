package dev.caravan.agent.web;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.caravan.agent.Declared;
import dev.caravan.agent.clock.FakeTimeline;
import dev.caravan.agent.health.Health;
import dev.caravan.agent.health.Part;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebServerTest {
  private static final WebSettings ANY_PORT = new WebSettings("127.0.0.1", 0);

  private final Health health = new Health();
  private final HttpClient client = HttpClient.newBuilder()
      .version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(Duration.ofSeconds(10))
      .build();
  private final List<LastValues.Value> values = new ArrayList<>();
  private WebServer server = server(10_000);

  private WebServer server(long patienceMs) {
    return new WebServer(
        ANY_PORT,
        health,
        () -> List.copyOf(values),
        new FakeTimeline(1_764_000_000_500_000_000L),
        patienceMs,
        10_000);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private HttpResponse<String> call(String method, String path, HttpRequest.BodyPublisher body)
      throws Exception {
    HttpRequest request = HttpRequest.newBuilder(
            URI.create("http://127.0.0.1:" + server.port().orElseThrow() + path))
        .method(method, body)
        .timeout(Duration.ofSeconds(20))
        .build();
    return client.send(request, BodyHandlers.ofString());
  }

  private HttpResponse<String> fetch(String path) throws Exception {
    return call("GET", path, BodyPublishers.noBody());
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void healthIs503UntilAllPartsAreWell() throws Exception {
    server.start();
    assertEquals(503, fetch("/health").statusCode());
    assertEquals("{\"state\":\"starting\",\"parts\":[]}\n", fetch("/health").body());

    Part can0 = health.part("source", "can0");
    Part cloud = health.part("route", "cloud");
    can0.set(Part.State.OK, "");
    assertEquals(503, fetch("/health").statusCode());

    cloud.set(Part.State.OK, "");
    HttpResponse<String> well = fetch("/health");
    assertEquals(200, well.statusCode());
    assertEquals("application/json; charset=utf-8", header(well, "content-type"));
    assertEquals("no-store", header(well, "cache-control"));

    can0.set(Part.State.DEGRADED, "open \"/dev/x\"");
    HttpResponse<String> ill = fetch("/health");
    assertEquals(503, ill.statusCode());
    assertEquals(
        "{\"state\":\"degraded\",\"parts\":["
            + "{\"kind\":\"route\",\"name\":\"cloud\",\"state\":\"ok\",\"why\":\"\"},"
            + "{\"kind\":\"source\",\"name\":\"can0\",\"state\":\"degraded\","
            + "\"why\":\"open \\\"/dev/x\\\"\"}]}\n",
        ill.body());

    can0.set(Part.State.ENDED, "");
    assertEquals(200, fetch("/health").statusCode());
  }

  @Test
  void metricsAreInPrometheusText() throws Exception {
    health.counter(Declared.count("source.malformed"), "can0").add(2);
    server.start();
    HttpResponse<String> metrics = fetch("/metrics");
    assertEquals("text/plain; version=0.0.4; charset=utf-8", header(metrics, "content-type"));
    assertTrue(metrics.body().contains("\ncaravan_source_malformed_total{source=\"can0\"} 2\n"));
  }

  @Test
  void lastShowsTimeStatesValuesAndNumbers() throws Exception {
    values.add(
        new LastValues.Value("Vehicle.Speed", "62.4", "km/h", 1_764_000_000_123_456_789L, "ok"));
    values.add(new LastValues.Value("Vehicle.Plate", "Ä \"1\"", "", 0, "stale"));
    health.part("source", "can0").set(Part.State.OK, "");
    health.gauge(Declared.level("uplink.used_in_hour"), "cloud").set(0.5);
    server.start();
    assertEquals(
        "{\"now\":1764000000.500000,\"state\":\"ok\",\"parts\":[{\"kind\":\"source\","
            + "\"name\":\"can0\",\"state\":\"ok\",\"why\":\"\"}],\"signals\":["
            + "{\"path\":\"Vehicle.Speed\",\"value\":\"62.4\",\"unit\":\"km/h\","
            + "\"t\":1764000000.123456,\"quality\":\"ok\"},"
            + "{\"path\":\"Vehicle.Plate\",\"value\":\"Ä \\\"1\\\"\",\"unit\":\"\","
            + "\"t\":0.000000,\"quality\":\"stale\"}],\"counters\":["
            + "{\"name\":\"bugs\",\"part\":\"web\",\"value\":0}],\"gauges\":["
            + "{\"name\":\"uplink.used_in_hour\",\"part\":\"cloud\",\"value\":0.5}]}\n",
        fetch("/last").body());
  }

  @Test
  void pageNeedsNothingFromElsewhere() throws Exception {
    server.start();
    HttpResponse<String> page = fetch("/?x=1");
    assertEquals(200, page.statusCode());
    assertEquals("text/html; charset=utf-8", header(page, "content-type"));
    assertTrue(header(page, "content-security-policy").startsWith("default-src 'none'"));
    assertTrue(page.body().contains("fetch('/last'"));
    assertEquals(
        List.of(), page.body().lines().filter(line -> line.contains("://")).toList());
  }

  @Test
  void headGivesTheLengthAndNoBody() throws Exception {
    server.start();
    HttpResponse<String> head = call("HEAD", "/", BodyPublishers.noBody());
    assertEquals(200, head.statusCode());
    assertEquals("", head.body());
    assertEquals(
        fetch("/").body().getBytes(StandardCharsets.UTF_8).length,
        Integer.parseInt(header(head, "content-length")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "BREW"})
  void onlyGetAndHeadAreAllowed(String method) throws Exception {
    server.start();
    HttpResponse<String> answer = call(method, "/health", BodyPublishers.noBody());
    assertEquals(405, answer.statusCode());
    assertEquals("GET, HEAD", header(answer, "allow"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/x", "/health/", "/..", "/page.html", "//"})
  void otherPathsAreNotFound(String path) throws Exception {
    server.start();
    assertEquals(404, fetch(path).statusCode());
  }

  @Test
  void requestWithABodyIsRefused() throws Exception {
    server.start();
    assertEquals(413, call("GET", "/", BodyPublishers.ofString("x".repeat(100))).statusCode());
  }

  @Test
  void faultBehindThePageIsCountedAndAnsweredWith500() throws Exception {
    server = new WebServer(
        ANY_PORT,
        health,
        () -> {
          throw new IllegalStateException("on purpose");
        },
        new FakeTimeline(0));
    server.start();
    assertEquals(500, fetch("/last").statusCode());
    assertEquals(1, health.counter(Declared.count("bugs"), "web").value());
    assertEquals(404, fetch("/x").statusCode());
  }

  @Test
  void fullStackCostsOneVisitorItsAnswer() throws Exception {
    server = new WebServer(
        ANY_PORT,
        health,
        () -> {
          throw new StackOverflowError("on purpose");
        },
        new FakeTimeline(0));
    server.start();
    assertEquals(500, fetch("/last").statusCode());
    assertEquals(1, health.counter(Declared.count("bugs"), "web").value());
    assertEquals(404, fetch("/x").statusCode());
  }

  /** What the server says to these bytes until it closes the connection. */
  private String raw(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port().orElseThrow());
    socket.setSoTimeout(20_000);
    return socket;
  }

  @Test
  void oversizedAndMalformedRequestsAreRefusedAndClosed() throws Exception {
    server.start();
    assertTrue(raw("GET /" + "a".repeat(2000) + " HTTP/1.1\r\n\r\n").startsWith("HTTP/1.1 414 "));
    assertTrue(
        raw("GET / HTTP/1.1\r\nx: " + "a".repeat(9000) + "\r\n\r\n").startsWith("HTTP/1.1 431 "));
    assertTrue(raw("\u0001\u0002 nonsense\r\n\r\n").startsWith("HTTP/1.1 400 "));
    assertTrue(
        raw("GET / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n").startsWith("HTTP/1.1 413 "));
    assertEquals(404, fetch("/x").statusCode());
  }

  @Test
  void oneConnectionServesManyRequests() throws Exception {
    server.start();
    String last = "GET /y HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    String two = raw("GET /x HTTP/1.1\r\nhost: localhost\r\n\r\n" + last);
    assertEquals(3, two.split("HTTP/1.1 404 Not Found").length);
  }

  @Test
  void http10ConnectionEndsWithItsAnswer() throws Exception {
    server.start();
    assertTrue(raw("GET /metrics HTTP/1.0\r\n\r\n").contains("# TYPE caravan_bugs_total"));
  }

  @Test
  void clientThatDoesNotFinishItsRequestIsShownOut() throws Exception {
    server = server(200);
    server.start();
    assertEquals("", raw("GET / HTTP/1.1\r\nx: "));
  }

  @Test
  void clientThatDoesNotReadItsAnswerIsShownOut() throws Exception {
    values.addAll(java.util.Collections.nCopies(
        200_000, new LastValues.Value("Vehicle.Speed", "62.4", "km/h", 0, "ok")));
    server = server(500);
    server.start();
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(
              "GET /last HTTP/1.1\r\nhost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      await().atMost(Duration.ofSeconds(20)).until(() -> server.connections() == 1);
      await().atMost(Duration.ofSeconds(20)).until(() -> server.connections() == 0);
    }
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET /health HTTP/1.1\r\nx: "})
  void idleVisitorsAndHalfRequestsMakeRoomForOthersTheOldestFirst(String begun) throws Exception {
    server.start();
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < WebServer.MOST_CONNECTIONS; i++) {
        open.add(connect());
        send(open.get(i), begun);
      }
      await().until(() -> server.connections() == WebServer.MOST_CONNECTIONS);
      for (int i = 0; i < 3; i++) {
        assertTrue(raw("GET /x HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .startsWith("HTTP/1.1 404 "));
      }
      assertEquals(-1, open.get(0).getInputStream().read());
      send(open.get(63), begun.isEmpty() ? "GET /x HTTP/1.0\r\n\r\n" : "y\r\n\r\n");
      assertTrue(open.get(63).getInputStream().read() == 'H', "the newest stays");
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
    await().atMost(Duration.ofSeconds(20)).until(() -> server.connections() == 0);
    assertEquals(404, fetch("/x").statusCode());
  }

  @Test
  void whoJustHadAnAnswerIsIdleShorterThanWhoNeverAsked() throws Exception {
    server.start();
    List<Socket> open = new ArrayList<>();
    try {
      for (int i = 0; i < WebServer.MOST_CONNECTIONS; i++) {
        open.add(connect());
      }
      await().until(() -> server.connections() == WebServer.MOST_CONNECTIONS);
      send(open.get(0), "GET /x HTTP/1.1\r\nhost: localhost\r\n\r\n");
      assertEquals('H', open.get(0).getInputStream().read());
      open.add(connect());
      assertEquals(-1, open.get(1).getInputStream().read());
      send(open.get(0), "GET /x HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
      String both = new String(open.get(0).getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(both.indexOf("TTP/1.1 404") < both.lastIndexOf("HTTP/1.1 404"), both);
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  private String statusFor(String path, String headers) throws IOException {
    String answer = raw("GET " + path + " HTTP/1.1\r\n" + headers + "connection: close\r\n\r\n");
    return answer.substring("HTTP/1.1 ".length(), "HTTP/1.1 ".length() + 3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost",
        "LocalHost:8080",
        "localhost.:80",
        "127.0.0.1:1",
        "192.168.7.9",
        "[::1]:8080",
        "[fe80::1%25eth0]",
        "a.localhost",
        "cabinet7.local",
        "CABINET7.local:80"
      })
  void valuesAreGivenToWhoCallsTheAgentByANameOfIts(String host) throws Exception {
    server = new WebServer(
        new WebSettings("127.0.0.1", 0, List.of("cabinet7.local")),
        health,
        LastValues.NONE,
        new FakeTimeline(0));
    server.start();
    for (String path : List.of("/", "/last", "/last?x=1")) {
      assertEquals("200", statusFor(path, "Host: " + host + "\r\n"), path);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Host: evil.example\r\n",
        "Host: 127.0.0.1.evil.example\r\n",
        "Host: \r\n",
        "",
        "Host: localhost\r\nHost: evil.example\r\n",
        "Host: localhost:80:80\r\n",
        "Host: localhost@evil.example\r\n",
        "Host: evillocalhost\r\n",
        "Host: 127.1\r\n",
        "Host: [::1]evil.example\r\n",
        "Host: cabinet7.local\r\n"
      })
  void anotherNameGetsHealthAndMetricsAndNoValues(String headers) throws Exception {
    server.start();
    health.part("source", "can0").set(Part.State.OK, "");
    for (String path : List.of("/", "/last", "/last?x=1", "/other")) {
      assertEquals("421", statusFor(path, headers), path);
    }
    for (String path : List.of("/health", "/metrics")) {
      assertEquals("200", statusFor(path, headers), path);
    }
  }

  @Test
  void aTakenPortStopsNothingAndIsListenedOnOnceItIsFree() throws Exception {
    server.start();
    int port = server.port().orElseThrow();
    WebSettings taken = new WebSettings("127.0.0.1", port);
    try (WebServer second =
        new WebServer(taken, health, LastValues.NONE, new FakeTimeline(0), 1000, 20)) {
      second.start();
      assertEquals(OptionalInt.empty(), second.port());
      server.close();
      await().until(() -> second.port().isPresent());
      assertEquals(port, second.port().orElseThrow());
    }
  }

  @Test
  void allIsDoneByOneThreadAndNothingListensAfterClose() throws Exception {
    server.start();
    fetch("/health");
    assertEquals(
        List.of("web"),
        Thread.getAllStackTraces().keySet().stream()
            .map(Thread::getName)
            .filter(name -> name.startsWith("web") || name.contains("EventLoop"))
            .toList());
    int port = server.port().orElseThrow();
    server.close();
    server.close();
    assertEquals(OptionalInt.empty(), server.port());
    assertThrows(
        ConnectException.class, () -> new Socket(InetAddress.getLoopbackAddress(), port).close());
  }
}
