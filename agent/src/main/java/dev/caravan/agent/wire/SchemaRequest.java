package dev.caravan.agent.wire;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.v1.Request;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A request to a device to publish schemas again: {@code caravan.v1.Request}. */
public final class SchemaRequest {
  /** How many one may ask for. */
  public static final int MOST_IDS = 64;

  /** The largest that is read, in bytes. */
  public static final int LARGEST_BYTES = 8 << 10;

  private static final int LONGEST_ID_BYTES = 64;

  private SchemaRequest() {}

  /** A request for such schemas. */
  public static Bytes of(List<Bytes> ids) {
    Request.Builder request = Request.newBuilder();
    ids.forEach(id -> request.addSchemas(ByteString.copyFrom(id.buffer())));
    return Bytes.owning(request.build().toByteArray());
  }

  /**
   * The ids that are asked for, each once.
   *
   * @throws MalformedMessageException if it is no request, or asks for too much
   */
  public static Set<Bytes> ids(Bytes body) throws MalformedMessageException {
    if (body.length() > LARGEST_BYTES) {
      throw new MalformedMessageException(
          "request: bytes=" + body.length() + "; want at most " + LARGEST_BYTES);
    }
    try {
      Request request = Request.parseFrom(body.buffer());
      if (request.getSchemasCount() > MOST_IDS) {
        throw new MalformedMessageException(
            "request: schemas=" + request.getSchemasCount() + "; want at most " + MOST_IDS);
      }
      Set<Bytes> ids = new LinkedHashSet<>();
      for (ByteString id : request.getSchemasList()) {
        if (id.isEmpty() || id.size() > LONGEST_ID_BYTES) {
          throw new MalformedMessageException(
              "request: idBytes=" + id.size() + "; want 1.." + LONGEST_ID_BYTES);
        }
        ids.add(Bytes.owning(id.toByteArray()));
      }
      return ids;
    } catch (InvalidProtocolBufferException e) {
      throw new MalformedMessageException("no request: " + e.getMessage());
    }
  }
}
