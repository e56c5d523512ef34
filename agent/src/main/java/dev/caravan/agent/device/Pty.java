package dev.caravan.agent.device;

import dev.caravan.agent.clock.Stop;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jline.nativ.CLibrary;
import org.jline.nativ.JLineLibrary;
import org.jspecify.annotations.Nullable;

/**
 * A pseudo-terminal: this end is the device, the other end a serial port that any program can open and close as often
 * as it likes. Raw: bytes pass unchanged, without echo.
 *
 * <p>Nothing here blocks but {@link #awaitInput}, and that at most for the time given, so that closing never has to get
 * a thread out of a system call. One thread at a time; {@link #close} after the using thread has ended.
 *
 * <p>This end keeps the port open too. Otherwise the kernel would answer EIO here whenever no program has it open, and
 * throw away what was written. What nobody reads stays in the port, about 13 KiB (Linux: 4,095 bytes of the line
 * discipline and the buffers before it), until {@link #write} takes no more.
 *
 * @see <a href="https://man7.org/linux/man-pages/man7/pty.7.html">pty(7)</a>
 */
public final class Pty implements AutoCloseable {
  private static final long FIONBIO = 0x5421; // asm-generic/ioctls.h
  private static final long FIONREAD = 0x541B;
  private static final int CS8 = 0x30; // asm-generic/termbits.h, as are the next
  private static final int CREAD = 0x80;
  private static final int CLOCAL = 0x800;
  private static final int B115200 = 0x1002;
  private static final int VTIME = 5;
  private static final int VMIN = 6;
  private static final int NAME_BYTES = 64;

  private static final int SETTLE_MS = 20;
  private static final int MOST_TRIES = 100;
  private static final int FAREWELLS = 250;

  private final int descriptor;
  private final Path slave;
  private final FileChannel in;
  private final FileChannel out;
  private final FileChannel farIn;

  // how this end keeps the port open
  private int farDescriptor;
  private @Nullable FileChannel hold;

  private @Nullable Path link;

  private Pty(int master, int far, Path slave) {
    FileDescriptor near = JLineLibrary.newFileDescriptor(master);
    this.descriptor = master;
    this.farDescriptor = far;
    this.slave = slave;
    this.in = new FileInputStream(near).getChannel();
    this.out = new FileOutputStream(near).getChannel();
    this.farIn = new FileInputStream(JLineLibrary.newFileDescriptor(far)).getChannel();
  }

  /**
   * Makes a new pseudo-terminal.
   *
   * @throws IOException if the kernel has none left, or the native library cannot be loaded here
   */
  public static Pty open() throws IOException {
    PtyLibrary.load();
    int[] master = new int[1];
    int[] far = new int[1];
    byte[] name = new byte[NAME_BYTES];
    if (CLibrary.openpty(master, far, name, null, null) != 0) {
      throw new IOException("open pty: the kernel gave none; is /dev/pts mounted, see also"
          + " /proc/sys/kernel/pty/nr and max");
    }
    Pty pty = new Pty(master[0], far[0], Path.of(text(name)));
    try {
      pty.makeRaw(far[0]);
      pty.control("set non-blocking", CLibrary.ioctl(master[0], FIONBIO, new int[] {1}));
      pty.control("set non-blocking", CLibrary.ioctl(far[0], FIONBIO, new int[] {1}));
    } catch (IOException e) {
      pty.close();
      throw e;
    }
    return pty;
  }

  private static String text(byte[] terminated) {
    int length = 0;
    while (length < terminated.length && terminated[length] != 0) {
      length++;
    }
    return new String(terminated, 0, length, StandardCharsets.US_ASCII);
  }

  private void makeRaw(int far) throws IOException {
    CLibrary.Termios line = new CLibrary.Termios();
    control("read line settings", CLibrary.tcgetattr(far, line));
    line.c_iflag = 0;
    line.c_oflag = 0;
    line.c_lflag = 0;
    line.c_cflag = CS8 | CREAD | CLOCAL | B115200;
    line.c_cc[VMIN] = 1;
    line.c_cc[VTIME] = 0;
    control("write line settings", CLibrary.tcsetattr(far, CLibrary.TCSANOW, line));
  }

  private void control(String what, int result) throws IOException {
    if (result < 0) {
      throw new IOException("pty " + slave + ": " + what + ": refused by the kernel");
    }
  }

  /** The port for the other program, {@code /dev/pts/N}. */
  public Path slave() {
    return slave;
  }

  /**
   * Makes a symbolic link to the port; {@link #close} takes it away. A link to a pseudo-terminal that an earlier run
   * has left behind is replaced.
   *
   * @throws IOException if anything else has that name, or the folder cannot be written
   */
  public void linkAs(Path wanted) throws IOException {
    if (Files.isSymbolicLink(wanted)) {
      Path target = Files.readSymbolicLink(wanted);
      if (!target.startsWith("/dev/pts")) {
        throw new IOException("link " + wanted + ": is a link to " + target
            + "; want a free name or a left-over link to a pseudo-terminal");
      }
      Files.delete(wanted);
    } else if (Files.exists(wanted, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(
          "link " + wanted + ": is not a link; want a free name or a left-over link");
    }
    Path folder = wanted.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    link = Files.createSymbolicLink(wanted, slave);
  }

  /**
   * Waits until a program has the port open: this end lets go of it, as what it holds open itself cannot be seen to be
   * opened, and takes hold again then. From here on {@link #takeUnread} takes nothing.
   */
  public void awaitOpen(Stop stop) throws IOException {
    farIn.close();
    for (int tries = 1; hold == null; tries++) {
      while (isClosed()) {
        if (stop.await(SETTLE_MS * 1_000_000L)) {
          return;
        }
      }
      try {
        // opened for reading it could become the terminal that controls this process
        hold = FileChannel.open(slave, StandardOpenOption.WRITE);
      } catch (IOException e) {
        // who had it open may be closing it at this moment
        if (tries == MOST_TRIES || stop.await(SETTLE_MS * 1_000_000L)) {
          throw e;
        }
      }
    }
    farDescriptor = heldDescriptor();
  }

  /** The number of the one descriptor of this process that can only write to the port. */
  private int heldDescriptor() throws IOException {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path one : all) {
        Path info = Path.of("/proc/self/fdinfo", one.getFileName().toString());
        if (Files.isSymbolicLink(one)
            && Files.readSymbolicLink(one).equals(slave)
            && Files.readString(info).matches("(?s).*flags:\\s*\\d*1\\n.*")) {
          return Integer.parseInt(one.getFileName().toString());
        }
      }
    }
    throw new IOException(
        "pty " + slave + ": the port that was opened is not among the open files");
  }

  /** Whether no program has the port open, or left bytes in it: a hang-up of the other side wakes without bytes. */
  private boolean isClosed() throws IOException {
    int[] bytes = new int[1];
    boolean isWoken = CLibrary.pollForInput(descriptor, 0) != 0;
    control("count the bytes", CLibrary.ioctl(descriptor, FIONREAD, bytes));
    return isWoken && bytes[0] == 0;
  }

  /** Waits until bytes can be read; returns whether there are any. */
  public boolean awaitInput(int atMostMs) {
    return CLibrary.pollForInput(descriptor, atMostMs) > 0;
  }

  /** Reads what has come in from the other program; 0 if nothing. A direct buffer saves a copy. */
  public int read(ByteBuffer into) throws IOException {
    return Math.max(0, in.read(into));
  }

  /** Writes as much as the port has room for, 0 if none, and moves the buffer's position so far. */
  public int write(ByteBuffer from) throws IOException {
    return out.write(from);
  }

  /** Waits until the other program has read all that was written; 5 s at most, or until a stop is requested. */
  public void awaitRead(Stop stop) {
    boolean isUnread = true;
    for (int i = 0; isUnread && i < FAREWELLS && !stop.await(SETTLE_MS * 1_000_000L); i++) {
      isUnread = CLibrary.pollForInput(farDescriptor, SETTLE_MS) > 0;
    }
  }

  /** Takes back what was written and nobody has read; returns how many bytes that were. */
  public int takeUnread() throws IOException {
    ByteBuffer unread = ByteBuffer.allocate(4096);
    int sum = 0;
    // the kernel moves bytes from its buffers to the line in the background, so nothing now is not
    // yet nothing
    while (CLibrary.pollForInput(farDescriptor, SETTLE_MS) > 0) {
      int some = farIn.read(unread.clear());
      if (some <= 0) {
        break;
      }
      sum += some;
    }
    return sum;
  }

  @Override
  public void close() {
    try {
      if (link != null
          && Files.isSymbolicLink(link)
          && Files.readSymbolicLink(link).equals(slave)) {
        Files.delete(link);
      }
    } catch (IOException e) {
      // a link that cannot be removed is replaced by the next run
    }
    link = null;
    for (FileChannel channel : new FileChannel[] {farIn, hold, in, out}) {
      try {
        if (channel != null) {
          channel.close();
        }
      } catch (IOException e) {
        // nothing was buffered here, so nothing is lost
      }
    }
  }
}
