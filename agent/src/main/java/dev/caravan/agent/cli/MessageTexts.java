package dev.caravan.agent.cli;

import dev.caravan.agent.decode.dbc.DbcMessage;
import dev.caravan.agent.decode.dbc.DbcReading;
import dev.caravan.agent.decode.dbc.DbcSignal;
import dev.caravan.agent.signal.Kind;
import dev.caravan.agent.signal.Labels;
import dev.caravan.agent.signal.Scale;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is the same in every line of a bus, a message or a signal, made once for each in one form. One thread. */
final class MessageTexts {
  /** How the texts look. */
  interface Form {
    byte[] bus(String name);

    byte[] message(DbcMessage message);

    byte[] name(DbcSignal signal);

    byte[] unit(DbcSignal signal);

    byte[] label(String label);
  }

  /** Those of a signal. */
  static final class Signal {
    final Kind kind;
    final Scale scale;
    final byte[] name;
    final byte[] unit;
    private final Labels labels;

    private Signal(DbcSignal signal, Form form) {
      kind = signal.kind();
      scale = signal.scale();
      name = form.name(signal);
      unit = form.unit(signal);
      labels = new Labels(signal.labels(), form::label);
    }

    /** The label of a raw value; null if it has none. */
    byte @Nullable [] label(long rawBits) {
      if (labels.isEmpty() || kind.isInteger()) {
        return labels.of(rawBits);
      }
      double raw = Double.longBitsToDouble(rawBits);
      return raw == Math.rint(raw) && Math.abs(raw) < 0x1p63 ? labels.of((long) raw) : null;
    }
  }

  /** Those of a message. */
  final class Message {
    final byte[] head;
    private final @Nullable Signal[] signals; // by place, made when they are first there

    private Message(DbcMessage message) {
      head = form.message(message);
      signals = new Signal[message.signals().size()];
    }

    /** Those of a signal of the frame read. */
    Signal signal(DbcReading reading, int index) {
      int place = reading.place(index);
      Signal signal = signals[place];
      if (signal == null) {
        signal = new Signal(reading.signal(index), form);
        signals[place] = signal;
      }
      return signal;
    }
  }

  /** A log may name any number. */
  private static final int MOST_BUSES = 64;

  private final Form form;
  private final IdentityHashMap<DbcMessage, Message> messages = new IdentityHashMap<>();
  private final Map<String, byte[]> buses = new HashMap<>();

  MessageTexts(Form form) {
    this.form = form;
  }

  /** Those of the message that was read. */
  Message of(DbcReading reading) {
    DbcMessage message = reading.message();
    Message texts = messages.get(message);
    if (texts == null) {
      texts = new Message(message);
      messages.put(message, texts);
    }
    return texts;
  }

  /** That of a bus. */
  byte[] bus(String name) {
    byte[] text = buses.get(name);
    if (text == null) {
      text = form.bus(name);
      if (buses.size() < MOST_BUSES) {
        buses.put(name, text);
      }
    }
    return text;
  }
}
