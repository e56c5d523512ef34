package dev.caravan.agent.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.security.spec.InvalidKeySpecException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WordsTest {
  /** As Java 17 on Linux throws them. */
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new NoSuchFileException("/x"), "no such file: /x"),
        Arguments.of(new AccessDeniedException("/x"), "permission denied: /x"),
        Arguments.of(new NotDirectoryException("/x"), "no folder: /x"),
        Arguments.of(
            new FileSystemException("/x", null, "No space left on device"),
            "no space left on device: /x"),
        Arguments.of(
            new FileNotFoundException("/x (No such file or directory)"), "no such file: /x"),
        Arguments.of(new FileNotFoundException("/x (Permission denied)"), "permission denied: /x"),
        Arguments.of(new ConnectException("Connection refused"), "connection refused"),
        Arguments.of(new UnknownHostException("b.example"), "no such host: b.example"),
        Arguments.of(
            new UnknownHostException("b.example: Temporary failure in name resolution"),
            "the name server does not answer, asked for b.example"),
        Arguments.of(new NoRouteToHostException("No route to host"), "no route to host"),
        Arguments.of(new SocketTimeoutException("Connect timed out"), "no answer in time"),
        Arguments.of(new BindException("Address already in use"), "address already in use"),
        Arguments.of(new SocketException("Connection reset"), "connection reset"),
        Arguments.of(new ClosedByInterruptException(), "closed meanwhile"),
        Arguments.of(new EOFException(), "ended too early"),
        Arguments.of(new MalformedInputException(1), "text of another encoding"),
        Arguments.of(new UncheckedIOException(new NoSuchFileException("/x")), "no such file: /x"),
        Arguments.of(
            new IOException(new ConnectException("Connection refused")), "connection refused"),
        Arguments.of(new IOException("open /dev/x: errno=2"), "open /dev/x: errno=2"),
        Arguments.of(
            new InvalidKeySpecException("java.security.InvalidKeyException: invalid key format"),
            "invalid key format"),
        Arguments.of(new ArrayStoreException(), "array store"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aFailureIsToldInWords(Throwable failure, String words) {
    assertEquals(words, Words.of(failure));
  }

  @Test
  void theReasonAloneDoesNotNameTheFile() {
    assertEquals("no such file", Words.reason(new NoSuchFileException("/x")));
    assertEquals(
        "too many levels of symbolic links",
        Words.reason(new FileSystemException("/x", null, "Too many levels of symbolic links")));
  }

  /** What this machine throws has no class in it either. */
  @Test
  void realFailuresNameNoClass(@TempDir Path folder) throws IOException {
    Path file = Files.createFile(folder.resolve("f"));
    Path loop = Files.createSymbolicLink(folder.resolve("l"), folder.resolve("l"));
    for (Path each : List.of(folder, file.resolve("x"), loop, folder.resolve("none"))) {
      try {
        byte[] unused = Files.readAllBytes(each);
      } catch (IOException e) {
        assertFalse(Words.of(e).contains("Exception"), Words.of(e));
        assertFalse(Words.of(e).contains("java."), Words.of(e));
      }
    }
  }

  /** Whoever tells of a failure asks here. */
  @Test
  void noOtherClassPrintsAFailureAsJavaDoes() throws IOException {
    Path main = Path.of(System.getProperty("caravan.root", "..")).resolve("agent/src/main/java");
    try (Stream<Path> files = Files.walk(main)) {
      List<String> found = files
          .filter(file -> file.toString().endsWith(".java") && !file.endsWith("Words.java"))
          .filter(
              file -> read(file)
                  .matches(
                      "(?s).*(\\b(e|why|cause|failure)\\.toString\\(\\)|getSimpleName\\(\\)|\" \\+ e\\)).*"))
          .map(Path::toString)
          .toList();
      assertEquals(List.of(), found);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
