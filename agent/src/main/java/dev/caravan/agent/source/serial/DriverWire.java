package dev.caravan.agent.source.serial;

import com.fazecast.jSerialComm.SerialPort;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A port of this machine: a device file, opened raw and locked against other programs that lock (flock). */
final class DriverWire implements Wire {
  private static final Logger LOG = LoggerFactory.getLogger(DriverWire.class);

  /** jSerialComm keeps the reason of a failed open in one place for all ports. */
  private static final Object OPENING = new Object();

  private final SerialPort port;

  private DriverWire(SerialPort port) {
    this.port = port;
  }

  /**
   * Opens a port.
   *
   * @param path the file, or a link to it
   * @throws IOException if it is not there, not permitted, in use or no serial port; the message says which
   */
  static DriverWire open(Path path, SerialSettings settings) throws IOException {
    NativeLibrary.load();
    Path device = device(path, settings.port());
    SerialPort port;
    try {
      port = SerialPort.getCommPort(device.toString());
    } catch (RuntimeException e) {
      throw OpenFailure.of(settings.port(), "errno=2, no such device");
    }
    port.setComPortParameters(
        settings.baud(),
        settings.dataBits(),
        settings.stopBits() == 1 ? SerialPort.ONE_STOP_BIT : SerialPort.TWO_STOP_BITS,
        parity(settings.parity()));
    port.setFlowControl(SerialPort.FLOW_CONTROL_DISABLED);
    port.setComPortTimeouts(SerialPort.TIMEOUT_READ_SEMI_BLOCKING, SLICE_MS, 0);
    settings
        .rs485()
        .ifPresent(rs485 -> port.setRs485ModeParameters(
            true,
            rs485.rtsActiveHigh(),
            rs485.termination(),
            rs485.receiveOwn(),
            rs485.delayBeforeUs(),
            rs485.delayAfterUs()));
    int error;
    synchronized (OPENING) {
      error = port.openPort(0) ? 0 : Math.max(1, port.getLastErrorCode());
    }
    if (error != 0) {
      throw OpenFailure.of(settings.port(), OpenFailure.reason(error, device));
    }
    warnOfOthers(settings.port(), device);
    NativeLibrary.opened();
    return new DriverWire(port);
  }

  private static int parity(SerialSettings.Parity parity) {
    return switch (parity) {
      case NONE -> SerialPort.NO_PARITY;
      case ODD -> SerialPort.ODD_PARITY;
      case EVEN -> SerialPort.EVEN_PARITY;
      case MARK -> SerialPort.MARK_PARITY;
      case SPACE -> SerialPort.SPACE_PARITY;
    };
  }

  /** Follows links now: a port that was plugged in again may be another device. */
  private static Path device(Path path, PortAddress address) throws IOException {
    Path device;
    try {
      device = path.toRealPath();
    } catch (AccessDeniedException e) {
      throw OpenFailure.of(address, "errno=13, permission denied");
    } catch (IOException e) {
      throw OpenFailure.of(address, "errno=2, no such device; is it plugged in?");
    }
    if (!Files.isReadable(device) || !Files.isWritable(device)) {
      throw OpenFailure.of(address, OpenFailure.denied(device));
    }
    return device;
  }

  /** Two readers of one port each get a part of the bytes. Of a pty the far end has both sides open, which is fine. */
  private static void warnOfOthers(PortAddress address, Path device) {
    if (device.startsWith("/dev/pts")) {
      return;
    }
    List<PortHolder> others = PortHolder.of(device);
    if (!others.isEmpty()) {
      LOG.warn(
          "{}: also open in {}; bytes that it reads are lost here",
          address,
          OpenFailure.names(others));
    }
  }

  @Override
  public int available() {
    return port.bytesAvailable();
  }

  @Override
  public int read(byte[] buffer, int most) {
    return port.readBytes(buffer, most);
  }

  @Override
  public int write(byte[] bytes) {
    return port.writeBytes(bytes, bytes.length);
  }

  /** The library flushes a port that it closes, and a pty does not tell whether its far end has read. */
  @Override
  public boolean forgetsOnClose() {
    return true;
  }

  @Override
  public void close() {
    try {
      synchronized (OPENING) {
        port.closePort();
      }
    } finally {
      NativeLibrary.closed();
    }
  }
}
