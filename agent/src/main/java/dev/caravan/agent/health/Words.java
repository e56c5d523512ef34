package dev.caravan.agent.health;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a failure is, for a person: Java's messages are often a bare name, nothing, or the name of a class. Has no state; any thread. */
public final class Words {
  /** {@code java.net.ConnectException: } and its like, which stand in the messages of failures that wrap others. */
  private static final Pattern CLASS =
      Pattern.compile("\\b(?:[a-z_][\\w]*\\.)+[A-Z]\\w*(?:Exception|Error)(?:: ?|\\b)");

  /** {@code /x (No such file or directory)}, as old streams have it. */
  private static final Pattern FILE_AND_REASON = Pattern.compile("(.*) \\(([^()]+)\\)");

  private Words() {}

  /** Why, and which file or host, {@code no such file: /x}. */
  public static String of(Throwable why) {
    if (why instanceof FileSystemException file && file.getFile() != null) {
      return reason(why) + ": " + file.getFile();
    }
    if (why instanceof FileNotFoundException) {
      Matcher parts = FILE_AND_REASON.matcher(message(why));
      return parts.matches() ? reason(why) + ": " + parts.group(1) : reason(why);
    }
    return reason(why);
  }

  /** Why alone, where what is said before names the file. */
  public static String reason(Throwable why) {
    Throwable cause = why.getCause();
    if (why instanceof UncheckedIOException && cause != null) {
      return of(cause);
    } else if (why instanceof NoSuchFileException) {
      return "no such file";
    } else if (why instanceof FileAlreadyExistsException) {
      return "exists already";
    } else if (why instanceof AccessDeniedException) {
      return "permission denied";
    } else if (why instanceof NotDirectoryException) {
      return "no folder";
    } else if (why instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    } else if (why instanceof FileSystemException file) {
      return file.getReason() == null ? named(why) : lower(file.getReason());
    } else if (why instanceof FileNotFoundException) {
      return oldReason(message(why));
    } else if (why instanceof ReadOnlyFileSystemException) {
      return "read-only file system";
    } else if (why instanceof CharacterCodingException) {
      return "text of another encoding";
    } else if (why instanceof UnknownHostException) {
      return host(message(why));
    } else if (why instanceof UnresolvedAddressException) {
      return "no such host";
    } else if (why instanceof SocketTimeoutException) {
      return "no answer in time";
    } else if (why instanceof ClosedChannelException) {
      return "closed meanwhile";
    } else if (why instanceof EOFException && message(why).isEmpty()) {
      return "ended too early";
    }
    return said(why);
  }

  private static String said(Throwable why) {
    Throwable cause = why.getCause();
    String message = message(why);
    if (cause != null && (message.isEmpty() || message.equals(cause.toString()))) {
      return of(cause);
    }
    String bare = CLASS.matcher(message).replaceAll("").strip();
    if (bare.isEmpty()) {
      return named(why);
    }
    // ours begin in lower case; those of the system do not
    return why.getClass().getName().startsWith("java.net.") ? lower(bare) : bare;
  }

  private static String host(String message) {
    int colon = message.indexOf(": ");
    String name = colon < 0 ? message : message.substring(0, colon);
    return message.contains("emporary failure")
        ? "the name server does not answer, asked for " + name
        : "no such host: " + name;
  }

  private static String oldReason(String message) {
    Matcher parts = FILE_AND_REASON.matcher(message);
    String reason = parts.matches() ? parts.group(2) : message;
    return reason.equals("No such file or directory") ? "no such file" : lower(reason);
  }

  /** {@code ArrayStoreException} as words, for want of anything better. */
  private static String named(Throwable why) {
    String name = why.getClass().getSimpleName().replaceAll("(Exception|Error)$", "");
    String words = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    return words.isEmpty() ? "failed" : words;
  }

  private static String message(Throwable why) {
    return why.getMessage() == null ? "" : why.getMessage();
  }

  private static String lower(String text) {
    boolean isWord = text.length() > 1 && Character.isLowerCase(text.charAt(1));
    return isWord ? Character.toLowerCase(text.charAt(0)) + text.substring(1) : text;
  }
}
