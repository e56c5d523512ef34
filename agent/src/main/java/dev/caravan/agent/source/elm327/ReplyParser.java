package dev.caravan.agent.source.elm327;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import dev.caravan.agent.source.DiagnosticReply.Outcome;
import dev.caravan.agent.source.diagnostic.DiagnosticRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The lines that a chip printed for one request, as replies: one for each unit, at most one more for what cannot be
 * trusted, or a single silence. Nothing in the text makes it throw. One thread.
 *
 * <p>What a line must be, to be more than garbled: hex digits and spaces only; on CAN an identifier that belongs to the
 * request, at most eight bytes, a length that is not 0 and fits, consecutive frames without a gap; on older buses the right
 * checksum. And the reply must be one to what was asked.
 */
final class ReplyParser {
  private static final int NOBODY = -1;

  // ELM327 data sheet, "Error Messages and Alerts"; the last is of clones
  private static final String[] SILENCES = {"NO DATA", "UNABLE TO CONNECT", "NOT CONNECTED"};

  private final Bus.Form form;
  private final boolean hasHeaders;
  private final boolean isGuessed;
  private final Checksums checksums;
  private final OldJoin oldJoin = new OldJoin();

  /**
   * A parser of lines of one form, which learns from them whether there are checksums.
   *
   * @param isGuessed whether the form is a guess, so that what would be another message in another form is not believed
   */
  ReplyParser(Bus.Form form, boolean hasHeaders, boolean isGuessed, Checksums checksums) {
    this.form = form;
    this.hasHeaders = hasHeaders;
    this.isGuessed = isGuessed;
    this.checksums = checksums;
  }

  /**
   * The replies in an answer; at least one. Of one without its end nothing is believed, unless a unit says in it that its answer is
   * pending: a chip does not come to its prompt as long as that is repeated, and the lines before are whole.
   */
  List<DiagnosticReply> parse(Dialogue.Answer answer, DiagnosticRequest request, long timeNs) {
    Reading reading = new Reading(request);
    reading.text(answer.isWhole() ? answer.text() : wholeLines(answer.text()));
    List<DiagnosticReply> replies = reading.replies(timeNs);
    boolean isHeldUp = !reading.isGarbled && replies.stream().anyMatch(ReplyParser::isPending);
    return answer.isWhole() || isHeldUp
        ? replies
        : List.of(new DiagnosticReply(
            timeNs, NOBODY, request.payload(), Outcome.GARBLED, Bytes.EMPTY, isBare()));
  }

  private static String wholeLines(String text) {
    return text.substring(0, 1 + Math.max(text.lastIndexOf('\r'), text.lastIndexOf('\n')));
  }

  private boolean isBare() {
    return !hasHeaders && !form.isBeforeCan();
  }

  /** Whether a unit has only said that its answer will take longer (ISO 14229-1, table A.1, 78). */
  static boolean isPending(DiagnosticReply reply) {
    return reply.outcome() == Outcome.NEGATIVE && UnitMessages.isPending(reply.payload());
  }

  /** One answer being read. */
  private final class Reading {
    private final DiagnosticRequest request;
    private final Map<Integer, UnitMessages> units = new LinkedHashMap<>();
    private final UnitMessages untold;
    private final NumberedLines numbered;
    private boolean isGarbled;

    Reading(DiagnosticRequest request) {
      this.request = request;
      this.untold = new UnitMessages(DiagnosticReply.UNTOLD, form, false, oldJoin);
      this.numbered = new NumberedLines(untold);
    }

    void text(String text) {
      int begin = 0;
      for (int i = 0; i <= text.length(); i++) {
        boolean isEnd = i == text.length() || "\r\n>".indexOf(text.charAt(i)) >= 0;
        if (isEnd) {
          line(text.substring(begin, i).strip());
          begin = i + 1;
        }
      }
    }

    private void line(String line) {
      int search = line.indexOf("SEARCHING");
      if (search >= 0) {
        line(line.substring(0, search).strip());
        line(withoutDots(line.substring(search + "SEARCHING".length())));
      } else if (line.startsWith("BUS INIT")) {
        int ok = line.indexOf("OK");
        if (ok >= 0) {
          line(line.substring(ok + 2).strip());
        }
        // an error of the initialisation is nobody there
      } else if (!isNoise(line) && !isSilence(line)) {
        data(line);
      }
    }

    /** Nothing that a chip prints: nothing at all, or what a line picks up between answers. */
    private static boolean isNoise(String line) {
      return line.chars().allMatch(one -> one <= ' ' || one >= 0x7F);
    }

    private static String withoutDots(String text) {
      int i = 0;
      while (i < text.length() && text.charAt(i) == '.') {
        i++;
      }
      return text.substring(i).strip();
    }

    private static boolean isSilence(String line) {
      for (String silence : SILENCES) {
        if (line.contains(silence)) {
          return true;
        }
      }
      return false;
    }

    /** A line of digits; every other one, error or noise, is the chip's word that something went wrong. */
    private void data(String line) {
      boolean isGood;
      if (hasHeaders) {
        HexLine hex = HexLine.of(line);
        isGood = switch (form) {
          case CAN_11 -> can(hex, 3);
          case CAN_29 -> can(hex, 8);
          case J1850, SUM -> old(hex);
        };
      } else {
        isGood = !isAmbiguous(line)
            && (form.isBeforeCan() ? bare(HexLine.of(line)) : numbered.take(line));
      }
      isGarbled |= !isGood;
    }

    /** Lists of codes and vehicle information are of seven bytes before CAN; on CAN those may be unused ones. */
    private boolean isAmbiguous(String line) {
      int service = request.payload().at(0);
      return isGuessed
          && service != 0x01
          && service != 0x02
          && HexLine.of(line).digits() == 2 * DiagnosticReply.FRAME_BYTES;
    }

    /** Data of a bus before CAN, and nothing else. */
    private boolean bare(HexLine hex) {
      if (hex.digits() < 2 || hex.digits() % 2 != 0) {
        return false;
      }
      untold.message(Bytes.owning(hex.bytes(0, hex.digits() / 2)));
      return true;
    }

    /** Identifier, perhaps a digit for the length, up to eight bytes that begin as ISO-TP says. */
    private boolean can(HexLine hex, int idDigits) {
      int rest = hex.digits() - idDigits;
      boolean hasLengthDigit = rest % 2 == 1;
      int at = hasLengthDigit ? idDigits + 1 : idDigits;
      int size = rest / 2;
      if (rest < 4
          || size > 8
          || (hasLengthDigit && hex.digit(idDigits) != size)
          || !belongs(hex.number(0, idDigits))) {
        return false;
      }
      return unit(hex.number(0, idDigits)).canFrame(hex.bytes(at, size));
    }

    private boolean belongs(int id) {
      if (request.target() != DiagnosticRequest.EVERYONE) {
        return id == request.answer();
      }
      // ISO 15765-4:2016, 10.5.2 and 10.5.3
      return form == Bus.Form.CAN_29
          ? (id & 0xFFFF_FF00) == 0x18DA_F100
          : id >= 0x7E8 && id <= 0x7EF;
    }

    /** Header, data, checksum. */
    private boolean old(HexLine hex) {
      if (hex.digits() % 2 != 0) {
        return false;
      }
      byte[] line = hex.bytes(0, hex.digits() / 2);
      OldLine checked = OldLine.of(line, form, request.payload(), checksums);
      if (checked == null) {
        return false;
      }
      unit(checked.sender()).message(checked.data());
      return true;
    }

    private UnitMessages unit(int id) {
      return units.computeIfAbsent(id, first -> new UnitMessages(id, form, true, oldJoin));
    }

    List<DiagnosticReply> replies(long timeNs) {
      if (!hasHeaders) {
        isGarbled |= !numbered.finish();
        // whoever was asked alone has answered
        units.put(request.answer() < 0 ? DiagnosticReply.UNTOLD : request.answer(), untold);
      }
      List<DiagnosticReply> replies = new ArrayList<>();
      units.forEach((id, unit) -> {
        for (Bytes payload : unit.verdict(request.payload(), !isGarbled)) {
          oldJoin.learnCount(id, payload);
          Outcome outcome = UnitMessages.outcome(payload, request.payload());
          add(replies, timeNs, id, outcome, payload);
        }
        if (unit.isGarbled()) {
          add(replies, timeNs, id, Outcome.GARBLED, Bytes.EMPTY);
        }
      });
      if (isGarbled) {
        add(replies, timeNs, NOBODY, Outcome.GARBLED, Bytes.EMPTY);
      }
      if (replies.isEmpty()) {
        add(replies, timeNs, NOBODY, Outcome.SILENCE, Bytes.EMPTY);
      }
      return replies;
    }

    private void add(
        List<DiagnosticReply> replies, long timeNs, int ecu, Outcome outcome, Bytes payload) {
      replies.add(new DiagnosticReply(timeNs, ecu, request.payload(), outcome, payload, isBare()));
    }
  }
}
