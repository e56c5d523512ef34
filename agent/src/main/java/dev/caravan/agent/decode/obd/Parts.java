package dev.caravan.agent.decode.obd;

import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.source.DiagnosticReply;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of an answer that may hold several, found by the table.
 *
 * <pre>
 * 41 0C 1A F8 0D 3C
 *    ── ───── ── ──
 * </pre>
 *
 * <p>One thread.
 */
final class Parts {
  private static final int MOST = 8;

  private final ObdTable table;

  // of the answer cut last
  private final @Nullable Row[] rows = new Row[MOST];
  private final int[] starts = new int[MOST];
  private final int[] ends = new int[MOST];
  private int count;

  Parts(ObdTable table) {
    this.table = table;
  }

  /**
   * Cuts an answer. All parameters must be asked for, once, and fill it exactly, in one way only: some may have data of
   * several lengths. None is found where the only one is not in the table. Behind a single one there may be unused bytes
   * of a {@linkplain DiagnosticReply#isBare() bare} frame; it is then as short as it may be.
   *
   * @return whether it could be cut
   */
  boolean cut(int service, DiagnosticReply reply) {
    Bytes payload = reply.payload();
    Bytes request = reply.request();
    count = 0;
    int head = Row.stride(service);
    boolean isSingle = request.length() <= 1 + head;
    if (isSingle
        && 1 + head < payload.length()
        && isAsked(service, payload, 1, request)
        && table.find(Row.keyAt(service, payload, 1)) == null) {
      return true;
    }
    return ways(service, reply, isSingle, 1, 0) == 1 && areDifferent();
  }

  /** In how many ways the rest of the answer can be cut; what the latest way found is written down on the way back. */
  private int ways(int service, DiagnosticReply reply, boolean isSingle, int at, int depth) {
    Bytes payload = reply.payload();
    if (at == payload.length() || (isSingle && depth == 1 && reply.endsAt(at))) {
      count = depth;
      return depth > 0 ? 1 : 0;
    }
    int from = at + Row.stride(service);
    if (depth == MOST
        || from > payload.length()
        || !isAsked(service, payload, at, reply.request())) {
      return 0;
    }
    Row row = table.find(Row.keyAt(service, payload, at));
    int ways = 0;
    for (int i = 0; row != null && i < row.lengths().size() && !(isSingle && ways > 0); i++) {
      int to = from + row.lengths().get(i);
      int more = to > payload.length() ? 0 : ways(service, reply, isSingle, to, depth + 1);
      if (more > 0) {
        rows[depth] = row;
        starts[depth] = from;
        ends[depth] = to;
      }
      ways += more;
    }
    return ways;
  }

  private static boolean isAsked(int service, Bytes payload, int at, Bytes request) {
    int stride = Row.stride(service);
    boolean isFound = request.length() == 0;
    for (int i = 1; i + stride <= request.length(); i += stride) {
      boolean isSame = true;
      for (int k = 0; k < stride; k++) {
        isSame &= request.at(i + k) == payload.at(at + k);
      }
      isFound |= isSame;
    }
    return isFound;
  }

  private boolean areDifferent() {
    for (int i = 0; i < count; i++) {
      for (int k = 0; k < i; k++) {
        if (row(i).index() == row(k).index()) {
          return false;
        }
      }
    }
    return true;
  }

  int count() {
    return count;
  }

  Row row(int part) {
    Row row = rows[part];
    if (row == null || part >= count) {
      throw new IndexOutOfBoundsException("part " + part + " of " + count);
    }
    return row;
  }

  /** Where the data of a part starts in the payload. */
  int start(int part) {
    return starts[part];
  }

  /** Where the data of a part ends in the payload, exclusive. */
  int end(int part) {
    return ends[part];
  }
}
