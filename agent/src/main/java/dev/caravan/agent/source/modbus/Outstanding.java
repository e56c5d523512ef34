package dev.caravan.agent.source.modbus;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which request what comes off the line can be the answer to. One thread. */
final class Outstanding implements AnswerScan.Awaited {
  private final List<Lookalikes> kinds = new ArrayList<>();

  /** The requests that look like this one, for it to be added. */
  Lookalikes alike(Slave slave, ReadRequest request) {
    Lookalikes alike = lookalikes(slave.unit, request.function(), request.dataBytes());
    if (alike == null) {
      alike = new Lookalikes(slave, request.function(), request.dataBytes());
      kinds.add(alike);
    }
    return alike;
  }

  /** The requests whose answers look so, if there are any. */
  @Nullable
  Lookalikes lookalikes(int unit, int function, int dataBytes) {
    for (int i = 0; i < kinds.size(); i++) {
      if (kinds.get(i).is(unit, function, dataBytes)) {
        return kinds.get(i);
      }
    }
    return null;
  }

  /** Whether an answer of this kind is on its way. */
  @Override
  public boolean awaits(int unit, int function, int dataBytes) {
    Lookalikes alike = lookalikes(unit, function, dataBytes);
    return alike != null && alike.owing() != null;
  }

  /** Whether there is such a slave. */
  @Override
  public boolean knows(int unit) {
    for (int i = 0; i < kinds.size(); i++) {
      if (kinds.get(i).slave.unit == unit) {
        return true;
      }
    }
    return false;
  }

  /** The one request that a refusal can be the answer to; nothing if there are several or none. */
  @Nullable
  Poll refused(int unit, int function) {
    Poll only = null;
    for (int i = 0; i < kinds.size(); i++) {
      Lookalikes alike = kinds.get(i);
      Poll owing = alike.slave.unit == unit && alike.function == function ? alike.owing() : null;
      if (owing != null && only != null) {
        return null;
      }
      only = owing != null ? owing : only;
    }
    return only;
  }
}
