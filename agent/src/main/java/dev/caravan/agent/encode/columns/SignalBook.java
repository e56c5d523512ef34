package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.Signal;
import dev.caravan.agent.encode.Payload;
import dev.caravan.agent.signal.SignalSpec;
import dev.caravan.agent.wire.SchemaId;
import dev.caravan.agent.wire.WireNumbers;
import dev.caravan.v1.Group;
import dev.caravan.v1.Label;
import dev.caravan.v1.Schema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The signals of one route so far, in their groups, each with its buffer; and the schema that tells them. */
final class SignalBook {
  /** What arrives together. */
  record GroupBuffers(String name, List<SignalBuffer> signals) {}

  private final List<GroupBuffers> groups = new ArrayList<>();
  private final Map<String, GroupBuffers> byName = new HashMap<>();
  private @Nullable SignalBuffer[] byIndex = new SignalBuffer[64];
  private Payload.@Nullable Schema schema;
  private int size;

  /** The buffer of a signal, which is new in the schema if it was not seen before. */
  SignalBuffer buffer(Signal signal) {
    int index = signal.index();
    if (index < byIndex.length) {
      SignalBuffer known = byIndex[index];
      if (known != null) {
        return known;
      }
    }
    return enter(signal);
  }

  private SignalBuffer enter(Signal signal) {
    int index = signal.index();
    if (index >= byIndex.length) {
      byIndex = Arrays.copyOf(byIndex, Math.max(index + 1, byIndex.length * 2));
    }
    GroupBuffers group = byName.get(signal.spec().group());
    if (group == null) {
      group = new GroupBuffers(signal.spec().group(), new ArrayList<>());
      byName.put(group.name, group);
      groups.add(group);
    }
    SignalBuffer entered = new SignalBuffer(signal, group.signals.size());
    group.signals.add(entered);
    byIndex[index] = entered;
    size++;
    schema = null;
    return entered;
  }

  /** How many signals were seen. */
  int size() {
    return size;
  }

  /** In the order of the schema. */
  List<GroupBuffers> groups() {
    return groups;
  }

  /** What tells the signals so far; the same instance until a new one comes. */
  Payload.Schema schema() {
    Payload.Schema known = schema;
    if (known == null) {
      Bytes content = Bytes.owning(message().toByteArray());
      known = new Payload.Schema(SchemaId.of(content), content);
      schema = known;
    }
    return known;
  }

  private Schema message() {
    Schema.Builder message = Schema.newBuilder();
    for (GroupBuffers group : groups) {
      Group.Builder inner = message.addGroupsBuilder().setName(group.name);
      group.signals.forEach(buffer -> inner.addSignals(message(buffer.signal().spec())));
    }
    return message.build();
  }

  private static dev.caravan.v1.Signal message(SignalSpec spec) {
    var message = dev.caravan.v1.Signal.newBuilder()
        .setPath(spec.path())
        .setUnit(spec.unit())
        .setKind(WireNumbers.of(spec.kind()))
        .setOffset(spec.offset());
    if (spec.factor() != 1) {
      message.setFactor(spec.factor());
    }
    if (!Double.isNaN(spec.min())) {
      message.setMin(spec.min());
    }
    if (!Double.isNaN(spec.max())) {
      message.setMax(spec.max());
    }
    spec.labels().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(label -> message.addLabels(
            Label.newBuilder().setValue(label.getKey()).setText(label.getValue())));
    return message.build();
  }
}
