package dev.caravan.agent.source.serial;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.jline.nativ.CLibrary;
import org.jline.nativ.JLineLibrary;

/** A pseudo terminal: the test holds the far end, a source opens the near end as a serial port. One thread uses it. */
public final class TestPty implements AutoCloseable {
  private final Path device;
  private final FileInputStream fromNear;
  private final FileOutputStream toNear;
  private final FileOutputStream near;

  /** A new pair, raw from the start. */
  public TestPty() {
    int[] master = new int[1];
    int[] slave = new int[1];
    byte[] name = new byte[256];
    if (CLibrary.openpty(master, slave, name, null, null) != 0) {
      throw new IllegalStateException("openpty failed");
    }
    int length = 0;
    while (name[length] != 0) {
      length++;
    }
    device = Path.of(new String(name, 0, length, StandardCharsets.US_ASCII));
    CLibrary.Termios raw = new CLibrary.Termios();
    CLibrary.tcgetattr(slave[0], raw);
    raw.c_iflag = 0;
    raw.c_oflag = 0;
    raw.c_lflag = 0;
    CLibrary.tcsetattr(slave[0], CLibrary.TCSANOW, raw);
    FileDescriptor far = JLineLibrary.newFileDescriptor(master[0]);
    fromNear = new FileInputStream(far);
    toNear = new FileOutputStream(far);
    // held open: with no near end open at all, reading the far end would fail
    near = new FileOutputStream(JLineLibrary.newFileDescriptor(slave[0]));
  }

  /** The device file of the near end. */
  public Path device() {
    return device;
  }

  /** Links the near end under a name, in place of what the name meant before. */
  public void linkAs(Path link) throws IOException {
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, device);
  }

  /** Sends bytes to the near end. */
  public void send(byte[] bytes) throws IOException {
    toNear.write(bytes);
  }

  /** Sends text to the near end. */
  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  /** What has come from the near end so far; may be empty, never waits. */
  public String received() throws IOException {
    byte[] bytes = new byte[fromNear.available()];
    int count = bytes.length == 0 ? 0 : fromNear.read(bytes);
    return new String(bytes, 0, count, StandardCharsets.ISO_8859_1);
  }

  /** Waits until the near end has sent something, at most so long; what it has sent. */
  public String receive(long atMostMs) throws IOException {
    long endNs = System.nanoTime() + atMostMs * 1_000_000;
    String text = received();
    while (text.isEmpty() && System.nanoTime() < endNs) {
      LockSupport.parkNanos(500_000);
      text = received();
    }
    return text;
  }

  /** Pulls the plug. */
  @Override
  public void close() throws IOException {
    toNear.close();
    fromNear.close();
    near.close();
  }
}
