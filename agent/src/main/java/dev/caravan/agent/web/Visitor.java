package dev.caravan.agent.web;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.health.Bugs;
import dev.caravan.agent.health.Part;
import dev.caravan.agent.health.Words;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.concurrent.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection. A request with a body, and one that comes while the answer before it is still unread, end it; so does
 * a client that needs longer than the patience for its request, for reading the answer, or between two requests, and one that is idle
 * longest when another wants its place. The thread {@code web} calls it.
 */
final class Visitor extends SimpleChannelInboundHandler<HttpObject> {
  private static final Logger LOG = LoggerFactory.getLogger(Visitor.class);

  private static final String JSON = "application/json; charset=utf-8";
  private static final String HTML = "text/html; charset=utf-8";
  private static final String PLAIN = "text/plain; charset=utf-8";
  private static final String MISDIRECTED =
      "421 this name is not one that the agent goes by; want an IP address, localhost, or a name"
          + " listed in web.hosts of its configuration\n";

  private record Answer(HttpResponseStatus status, String type, Bytes body) {
    static Answer of(HttpResponseStatus status, String type, String text) {
      return new Answer(status, type, Bytes.owning(text.getBytes(StandardCharsets.UTF_8)));
    }

    static Answer refusal(HttpResponseStatus status) {
      return of(status, PLAIN, status + "\n");
    }
  }

  private final WebServer server;
  private final long patienceMs;

  // while connected
  private @Nullable Future<?> deadline;
  private @Nullable ChannelHandlerContext open;
  private boolean answering;

  Visitor(WebServer server, long patienceMs) {
    this.server = server;
    this.patienceMs = patienceMs;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    open = context;
    startDeadline(context);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stopDeadline();
    server.left(this);
  }

  /** Whether its answer is not read yet. */
  boolean isAnswering() {
    return answering;
  }

  /** Makes room for another. */
  void showOut() {
    ChannelHandlerContext context = open;
    if (context != null) {
      leave(context);
    }
  }

  private void startDeadline(ChannelHandlerContext context) {
    stopDeadline();
    deadline = context.executor().schedule(() -> leave(context), patienceMs, TimeUnit.MILLISECONDS);
  }

  private static void leave(ChannelHandlerContext context) {
    // Whether that succeeds makes no difference to anyone.
    ChannelFuture unused = context.close();
  }

  private void stopDeadline() {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject object) {
    if (!(object instanceof HttpRequest request)) {
      return;
    }
    if (answering) {
      leave(context);
    } else if (request.decoderResult().isFailure()) {
      answer(context, request, Answer.refusal(flaw(request.decoderResult().cause())), false);
    } else if (HttpUtil.isTransferEncodingChunked(request)
        || HttpUtil.getContentLength(request, 0L) > 0) {
      answer(context, request, Answer.refusal(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE), false);
    } else {
      answer(context, request, answerTo(request), HttpUtil.isKeepAlive(request));
    }
  }

  private static HttpResponseStatus flaw(@Nullable Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return HttpResponseStatus.REQUEST_URI_TOO_LONG;
    }
    return cause instanceof TooLongHttpHeaderException
        ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
        : HttpResponseStatus.BAD_REQUEST;
  }

  private Answer answerTo(HttpRequest request) {
    if (!request.method().equals(HttpMethod.GET) && !request.method().equals(HttpMethod.HEAD)) {
      return Answer.refusal(HttpResponseStatus.METHOD_NOT_ALLOWED);
    }
    String uri = request.uri();
    int query = uri.indexOf('?');
    String path = query < 0 ? uri : uri.substring(0, query);
    try {
      // these tell no values, and those who ask may call the agent as they like
      if (path.equals("/health")) {
        return health();
      } else if (path.equals("/metrics")) {
        return Answer.of(HttpResponseStatus.OK, MetricsText.CONTENT_TYPE, server.metrics());
      } else if (!isCalledRightly(request)) {
        return Answer.of(HttpResponseStatus.MISDIRECTED_REQUEST, PLAIN, MISDIRECTED);
      }
      return switch (path) {
        case "/" -> new Answer(HttpResponseStatus.OK, HTML, server.page());
        case "/last" -> Answer.of(HttpResponseStatus.OK, JSON, server.text().last());
        default -> Answer.refusal(HttpResponseStatus.NOT_FOUND);
      };
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      server.bug(e);
      return Answer.refusal(HttpResponseStatus.INTERNAL_SERVER_ERROR);
    }
  }

  /** By one name that it goes by; a client as old as HTTP/1.0 may give none, which no browser is. */
  private boolean isCalledRightly(HttpRequest request) {
    List<String> called = request.headers().getAll(HttpHeaderNames.HOST);
    return called.isEmpty()
        ? request.protocolVersion().equals(HttpVersion.HTTP_1_0)
        : called.size() == 1 && server.isCalled(called.get(0));
  }

  private Answer health() {
    Part.State overall = server.text().overall();
    HttpResponseStatus status =
        overall == Part.State.OK ? HttpResponseStatus.OK : HttpResponseStatus.SERVICE_UNAVAILABLE;
    return Answer.of(status, JSON, server.text().health(overall));
  }

  private void answer(
      ChannelHandlerContext context, HttpRequest request, Answer answer, boolean keepAlive) {
    // The codec leaves out the body of an answer to HEAD.
    ByteBuf body = Unpooled.wrappedBuffer(answer.body.buffer());
    var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, answer.status, body);
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, answer.type)
        .set(HttpHeaderNames.CONTENT_LENGTH, answer.body.length())
        .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
        .set("x-content-type-options", "nosniff")
        .set(HttpHeaderNames.X_FRAME_OPTIONS, "DENY")
        .set(
            HttpHeaderNames.CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src"
                + " 'self'; img-src data:");
    if (answer.status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
      response.headers().set(HttpHeaderNames.ALLOW, "GET, HEAD");
    }
    if (!keepAlive) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (!request.protocolVersion().isKeepAliveDefault()) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    answering = true;
    ChannelFuture written = context.writeAndFlush(response);
    if (!keepAlive) {
      written.addListener(ChannelFutureListener.CLOSE);
    } else {
      written.addListener(done -> {
        answering = false;
        server.isIdle(this);
        startDeadline(context);
      });
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    Bugs.endIfFatal(cause);
    boolean isBug = cause instanceof RuntimeException || cause instanceof Error;
    if (isBug && !(cause instanceof CodecException)) {
      server.bug(cause);
    }
    LOG.debug("web: connection lost: {}", Words.of(cause));
    leave(context);
  }
}
