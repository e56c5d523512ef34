package dev.caravan.agent.source.socketcan;

import dev.caravan.agent.config.Key;
import dev.caravan.agent.config.Node;
import dev.caravan.agent.source.CanId;
import dev.caravan.agent.source.TransmitList;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What a source of type {@code socketcan} is told.
 *
 * @param name the source's name
 * @param networkInterface the interface's name, {@code can0}
 * @param fd whether CAN FD frames are received and sent
 * @param accept which frames the kernel lets through; empty: all
 * @param transmittable what may be sent; nothing by default
 * @param receiveBufferBytes room for received frames in the kernel; empty: as the system has it
 */
public record SocketCanSettings(
    String name,
    String networkInterface,
    boolean fd,
    List<Accept> accept,
    TransmitList transmittable,
    OptionalInt receiveBufferBytes) {
  /** CAN_RAW_FILTER_MAX of linux/can/raw.h. */
  private static final int MOST_FILTERS = 512;

  /** IFNAMSIZ of linux/if.h is 16, a zero at the end included. */
  private static final Pattern INTERFACE_FORM = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}");

  private static final Key<String> INTERFACE = Key.text(
          "interface",
          INTERFACE_FORM,
          "the name of a CAN interface of 1 to 15 characters, such as can0")
      .required()
      .range("1..15 characters")
      .says("name of the interface, as `ip link` shows it");
  private static final Key<Boolean> FD = Key.flag("fd", true)
      .says("receive and send CAN FD frames too, where the interface is set up for them; "
          + "`false`: the kernel leaves them out");
  private static final Key<String> ACCEPT_ID = Key.text("id")
      .like(CanId.FORM)
      .required()
      .range("000..7FF, 00000000..1FFFFFFF")
      .says("identifier that is wanted, 3 hex digits (11 bits) or 8 (29 bits); the other width "
          + "never matches");
  private static final Key<String> ACCEPT_MASK = Key.text("mask")
      .like(CanId.FORM)
      .absent("all bits matter")
      .range("000..7FF, 00000000..1FFFFFFF")
      .says("a 1 means that this bit of the identifier matters, other than with `slcan`; as many "
          + "hex digits as the identifier has");
  private static final List<Key<?>> ACCEPT_KEYS = List.of(ACCEPT_ID, ACCEPT_MASK);
  private static final Key<Node> ACCEPT = Key.list("accept", ACCEPT_KEYS)
      .absent("all frames")
      .range("up to " + MOST_FILTERS)
      .says("list of filters in the kernel; a frame passes that one of them matches, a remote "
          + "request like its data frame");
  private static final Key<Node> ALLOW_TRANSMIT = Key.list(
          "allow_transmit", Key.text("id").like(CanId.FORM))
      .range("000..7FF, 00000000..1FFFFFFF")
      .says("identifiers that may be sent, each 3 hex digits (11 bits) or 8 (29 bits); nothing "
          + "else ever leaves");
  private static final Key<Long> RECEIVE_BUFFER = Key.size("receive_buffer", "4KiB", "64MiB")
      .absent("the system's, `net.core.rmem_default`")
      .says("room in the kernel for frames that wait to be read, which is some hundreds of bytes "
          + "for each; the limit is the system's `net.core.rmem_max`");

  /** Its keys. */
  public static final List<Key<?>> KEYS =
      List.of(INTERFACE, FD, ACCEPT, ALLOW_TRANSMIT, RECEIVE_BUFFER);

  /**
   * Which frames the kernel lets through: those of the identifier's width with {@code (received & mask) == (id & mask)}.
   *
   * @param mask 11 or 29 bits, as the identifier has
   */
  public record Accept(CanId id, int mask) {}

  /** Copies the list. */
  public SocketCanSettings {
    accept = List.copyOf(accept);
  }

  /** Reads its keys of a source's mapping; who has read the others too refuses unknown ones. */
  public static SocketCanSettings from(String name, Node node) {
    String networkInterface = node.get(INTERFACE);
    boolean fd = node.get(FD);
    List<Accept> accept = accept(node.at(ACCEPT));
    TransmitList transmittable = transmittable(node.at(ALLOW_TRANSMIT));
    Optional<Long> buffer = node.find(RECEIVE_BUFFER);
    OptionalInt receiveBufferBytes =
        buffer.isPresent() ? OptionalInt.of(Math.toIntExact(buffer.get())) : OptionalInt.empty();
    return new SocketCanSettings(
        name, networkInterface, fd, accept, transmittable, receiveBufferBytes);
  }

  private static List<Accept> accept(Node node) {
    List<Accept> accept = new ArrayList<>();
    for (Node item : node.items()) {
      Optional<CanId> id = item.at(ACCEPT_ID).parsed(CanId::parse);
      Node bits = item.at(ACCEPT_MASK);
      Optional<CanId> mask = bits.isPresent()
          ? bits.parsed(CanId::parse)
          : id.map(whole -> CanId.parse(whole.extended() ? "1FFFFFFF" : "7FF"));
      item.refuseUnknownKeys();
      if (id.isEmpty() || mask.isEmpty()) {
        continue;
      }
      if (mask.get().extended() == id.get().extended()) {
        accept.add(new Accept(id.get(), mask.get().id()));
      } else {
        bits.fault("want as many digits as the id has");
      }
    }
    if (accept.size() > MOST_FILTERS) {
      node.fault("want at most " + MOST_FILTERS + " items, got " + accept.size());
    }
    return accept;
  }

  private static TransmitList transmittable(Node node) {
    Set<CanId> ids = new HashSet<>();
    node.items().forEach(item -> item.parsed(CanId::parse).ifPresent(ids::add));
    return new TransmitList(ids);
  }
}
