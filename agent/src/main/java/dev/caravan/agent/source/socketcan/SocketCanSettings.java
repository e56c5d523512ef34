package dev.caravan.agent.source.socketcan;

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
  /**
   * Which frames the kernel lets through: those of the identifier's width with {@code (received & mask) == (id & mask)}.
   *
   * @param mask 11 or 29 bits, as the identifier has
   */
  public record Accept(CanId id, int mask) {}

  /** CAN_RAW_FILTER_MAX of linux/can/raw.h. */
  private static final int MOST_FILTERS = 512;

  /** IFNAMSIZ of linux/if.h is 16, a zero at the end included. */
  private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}");

  /** Copies the list. */
  public SocketCanSettings {
    accept = List.copyOf(accept);
  }

  /** Reads a source's mapping, all keys but those of its {@code decode} and {@code diagnostics} blocks. */
  public static SocketCanSettings from(Node node) {
    node.at("type");
    node.at("decode");
    node.at("diagnostics");
    String name =
        node.at("name").text(Pattern.compile("[A-Za-z0-9_-]{1,64}"), "letters, digits, - and _");
    String networkInterface = node.at("interface")
        .text(INTERFACE, "the name of a CAN interface of 1 to 15 characters, such as can0");
    boolean fd = node.at("fd").flag(true);
    List<Accept> accept = accept(node.at("accept"));
    TransmitList transmittable = transmittable(node.at("allow_transmit"));
    Node buffer = node.at("receive_buffer");
    OptionalInt receiveBufferBytes = buffer.isPresent()
        ? OptionalInt.of((int) buffer.sizeBytes("4KiB", "64MiB", "1MiB"))
        : OptionalInt.empty();
    node.refuseUnknownKeys();
    return new SocketCanSettings(
        name, networkInterface, fd, accept, transmittable, receiveBufferBytes);
  }

  private static List<Accept> accept(Node node) {
    List<Accept> accept = new ArrayList<>();
    for (Node item : node.items()) {
      Optional<CanId> id = item.at("id").parsed(CanId::parse);
      Node bits = item.at("mask");
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
