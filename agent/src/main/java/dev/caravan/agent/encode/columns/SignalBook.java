package dev.caravan.agent.encode.columns;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.decode.SampleGroup;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The signals of one route so far, in their groups, each group with its buffer; and the schema that tells them. */
final class SignalBook {
  private final List<GroupBuffer> groups = new ArrayList<>();
  private @Nullable GroupBuffer[] byIndex = new GroupBuffer[64];
  private Payload.@Nullable Schema schema;
  private int size;

  /** The buffer of a group, of whose samples each signal that was not seen before is new in the schema. */
  GroupBuffer buffer(SampleGroup group) {
    int index = group.group().index();
    GroupBuffer known = index < byIndex.length ? byIndex[index] : null;
    if (known == null) {
      known = enter(index, group.group().name());
    }
    if (!known.isLike(group)) {
      for (int i = 0; i < group.size(); i++) {
        enter(known, group.signal(i));
      }
    }
    return known;
  }

  /** The buffer of the group of a signal, which is new in the schema if it was not seen before. */
  GroupBuffer buffer(Signal signal) {
    int index = signal.groupIndex();
    GroupBuffer known = index < byIndex.length ? byIndex[index] : null;
    if (known == null) {
      known = enter(index, signal.spec().group());
    }
    enter(known, signal);
    return known;
  }

  private GroupBuffer enter(int index, String name) {
    if (index >= byIndex.length) {
      byIndex = Arrays.copyOf(byIndex, Math.max(index + 1, byIndex.length * 2));
    }
    GroupBuffer group = new GroupBuffer(name);
    groups.add(group);
    byIndex[index] = group;
    return group;
  }

  private void enter(GroupBuffer group, Signal signal) {
    if (!group.has(signal.place())) {
      group.enter(signal);
      size++;
      schema = null;
    }
  }

  /** How many signals were seen. */
  int size() {
    return size;
  }

  /** In the order of the schema. */
  List<GroupBuffer> groups() {
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
    for (GroupBuffer group : groups) {
      Group.Builder inner = message.addGroupsBuilder().setName(group.name());
      group.signals().forEach(buffer -> inner.addSignals(message(buffer.signal().spec())));
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
