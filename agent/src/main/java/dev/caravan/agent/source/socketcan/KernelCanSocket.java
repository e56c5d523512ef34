package dev.caravan.agent.source.socketcan;

import dev.caravan.agent.health.Words;
import dev.caravan.agent.source.Pace;
import dev.caravan.agent.source.socketcan.SocketCanSettings.Accept;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tel.schich.javacan.CanChannels;
import tel.schich.javacan.CanFilter;
import tel.schich.javacan.CanSocketOptions;
import tel.schich.javacan.JavaCAN;
import tel.schich.javacan.NetworkDevice;
import tel.schich.javacan.RawCanChannel;
import tel.schich.javacan.RawReceiveMessageHeaderBuffer;
import tel.schich.javacan.platform.linux.LinuxNativeOperationException;

/**
 * A raw socket of the kernel, through JavaCAN.
 *
 * <p>Reads of a busy bus are kept apart ({@link Pace}), 10 ms at most, as the kernel stamps each frame; each takes all that
 * has come, one system call for each frame, until the kernel has no more.
 *
 * <p>The file descriptor is closed only while no call uses it, as its number may belong to another file a moment later.
 */
final class KernelCanSocket implements CanSocket {
  private static final Logger LOG = LoggerFactory.getLogger(KernelCanSocket.class);

  private static final Duration WAIT = Duration.ofMillis(200);
  private static final long PAUSE_NS = 10_000_000;

  /** A frame takes a third of it in the receive buffer, or up to two thirds with CAN FD. */
  private static final int PORTION_BYTES = 1024;

  // errno.h
  private static final int NOT_PERMITTED = 1; // EPERM
  private static final int INTERRUPTED = 4; // EINTR
  private static final int TRY_AGAIN = 11; // EAGAIN
  private static final int NO_ACCESS = 13; // EACCES
  private static final int NO_PROTOCOL = 93; // EPROTONOSUPPORT
  private static final int NO_FAMILY = 97; // EAFNOSUPPORT
  private static final int QUEUE_FULL = 105; // ENOBUFS

  private final String name;
  private final RawCanChannel channel;
  private final boolean hasFd;
  private final int receiveBufferBytes;
  private final ByteBuffer headerBytes =
      JavaCAN.allocateOrdered(RawReceiveMessageHeaderBuffer.BYTES);
  private final RawReceiveMessageHeaderBuffer header =
      new RawReceiveMessageHeaderBuffer(headerBytes);
  private final int secondsAt;
  private final int nanosAt;

  private final Object receiving = new Object();
  private final Object sending = new Object();
  private volatile boolean isClosed;

  // on the receiving thread
  private final Pace pace;

  private KernelCanSocket(
      String name, RawCanChannel channel, boolean hasFd, int receiveBufferBytes) {
    this.name = name;
    this.channel = channel;
    this.hasFd = hasFd;
    this.receiveBufferBytes = receiveBufferBytes;
    this.pace = new Pace(Math.max(1, receiveBufferBytes / PORTION_BYTES));
    // The library hands times out as objects, one for each frame. So it is made to show where in
    // the buffer they lie.
    long seconds = 0x0123_4567_89AB_CDEFL >>> 16;
    int nanos = 123_456_789;
    header.setSoftwareTimestamp(Instant.ofEpochSecond(0));
    header.setSoftwareTimestamp(Instant.ofEpochSecond(seconds, nanos));
    this.secondsAt = indexOf(seconds);
    this.nanosAt = indexOf(nanos);
  }

  private int indexOf(long value) {
    for (int i = 0; i + Long.BYTES <= headerBytes.capacity(); i++) {
      if (headerBytes.getLong(i) == value) {
        return i;
      }
    }
    throw new IllegalStateException("JavaCAN: the place of time stamps was not found");
  }

  static KernelCanSocket open(SocketCanSettings settings) throws IOException {
    return open(settings, InterfaceState.SYSTEM);
  }

  private static KernelCanSocket open(SocketCanSettings settings, InterfaceState state)
      throws IOException {
    String name = settings.networkInterface();
    try {
      JavaCanLibrary.load();
    } catch (IOException e) {
      throw new IOException("open " + name + ": " + Words.reason(e), e);
    }
    RawCanChannel channel;
    try {
      channel = CanChannels.newRawChannel();
    } catch (LinuxNativeOperationException e) {
      throw failure("open " + name, e, InterfaceState.SYSTEM, name);
    }
    try {
      Optional<String> fault = state.fault(name);
      if (fault.isPresent()) {
        throw new IOException("open " + name + ": " + fault.get());
      }
      int receiveBufferBytes = setUp(channel, settings);
      channel.bind(NetworkDevice.lookup(name));
      return new KernelCanSocket(
          name, channel, settings.fd() && state.hasFd(name), receiveBufferBytes);
    } catch (LinuxNativeOperationException e) {
      closeQuietly(channel);
      throw failure("open " + name, e, state, name);
    } catch (IOException | RuntimeException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  private static int setUp(RawCanChannel channel, SocketCanSettings settings) throws IOException {
    channel.setOption(CanSocketOptions.ERR_FILTER, RawFrame.EXTENDED_MASK);
    channel.setOption(CanSocketOptions.FD_FRAMES, settings.fd());
    channel.setOption(CanSocketOptions.SO_TIMESTAMPNS, true);
    channel.setOption(CanSocketOptions.SO_RXQ_OVFL, true);
    channel.setOption(CanSocketOptions.SO_RCVTIMEO, WAIT);
    channel.setOption(CanSocketOptions.SO_SNDTIMEO, WAIT);
    if (!settings.accept().isEmpty()) {
      channel.setOption(
          CanSocketOptions.FILTER,
          settings.accept().stream().map(KernelCanSocket::filter).toArray(CanFilter[]::new));
    }
    if (settings.receiveBufferBytes().isPresent()) {
      channel.setOption(
          CanSocketOptions.SO_RCVBUF, settings.receiveBufferBytes().getAsInt());
    }
    channel.configureBlocking(false);
    // socket(7): the kernel sets aside, and tells, twice as much as it was asked for
    int bytes = channel.getOption(CanSocketOptions.SO_RCVBUF) / 2;
    if (bytes < settings.receiveBufferBytes().orElse(0)) {
      LOG.warn(
          "{}: receive_buffer: asked={} B, got={} B; the system's limit is net.core.rmem_max",
          settings.name(),
          settings.receiveBufferBytes().getAsInt(),
          bytes);
    }
    return bytes;
  }

  /** Of the flags only the width is compared: remote requests pass with their identifier. */
  private static CanFilter filter(Accept accept) {
    return new CanFilter(
        accept.id().id() | (accept.id().extended() ? RawFrame.EXTENDED : 0),
        accept.mask() | RawFrame.EXTENDED);
  }

  private static IOException failure(
      String what, LinuxNativeOperationException e, InterfaceState state, String name) {
    String why = switch (e.getErrorNumber()) {
      case NO_FAMILY, NO_PROTOCOL ->
        "; the kernel has no CAN sockets, want modules can and can_raw";
      case NOT_PERMITTED, NO_ACCESS ->
        "; want a user and a sandbox that may open sockets of family AF_CAN";
      default -> state.fault(name).map(fault -> "; " + fault).orElse("");
    };
    return new IOException(
        what + ": errno=" + e.getErrorNumber() + ", " + e.getErrorString() + why, e);
  }

  @Override
  public void receive(Datagrams into) throws IOException {
    synchronized (receiving) {
      if (isClosed) {
        throw new IOException("read " + name + ": closed");
      }
      long pauseNs = pace.pauseNs(System.nanoTime(), PAUSE_NS);
      if (pauseNs > 0) {
        LockSupport.parkNanos(this, pauseNs);
      }
      while (!into.isFull() && receiveOne(into)) {
        // until the kernel has no more
      }
      if (into.count() == 0) {
        channel.configureBlocking(true);
        try {
          receiveOne(into);
        } finally {
          channel.configureBlocking(false);
        }
      }
      if (into.count() > 0) {
        pace.read(into.count(), System.nanoTime());
      }
    }
  }

  private boolean receiveOne(Datagrams into) throws IOException {
    try {
      long sizeBytes = channel.receiveUnsafe(into.next(), header);
      long stampNs = headerBytes.getLong(secondsAt) * 1_000_000_000L + headerBytes.getLong(nanosAt);
      into.add((int) sizeBytes, stampNs, header.getDropCount());
      return true;
    } catch (LinuxNativeOperationException e) {
      if (e.getErrorNumber() == TRY_AGAIN || e.getErrorNumber() == INTERRUPTED) {
        return false;
      }
      throw failure("read " + name, e, InterfaceState.SYSTEM, name);
    }
  }

  @Override
  public boolean send(ByteBuffer frame) throws IOException {
    synchronized (sending) {
      if (isClosed) {
        throw new IOException("write " + name + ": closed");
      }
      try {
        channel.sendUnsafe(frame);
        return true;
      } catch (LinuxNativeOperationException e) {
        if (e.getErrorNumber() == QUEUE_FULL || e.getErrorNumber() == TRY_AGAIN) {
          return false;
        }
        throw failure("write " + name, e, InterfaceState.SYSTEM, name);
      }
    }
  }

  @Override
  public long clockNs() {
    Instant now = Clock.systemUTC().instant();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  @Override
  public boolean hasFd() {
    return hasFd;
  }

  @Override
  public int receiveBufferBytes() {
    return receiveBufferBytes;
  }

  @Override
  public void close() {
    isClosed = true;
    synchronized (receiving) {
      synchronized (sending) {
        closeQuietly(channel);
      }
    }
  }

  private static void closeQuietly(RawCanChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("close: {}", e.getMessage());
    }
  }
}
