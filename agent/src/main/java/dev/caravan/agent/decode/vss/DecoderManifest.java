package dev.caravan.agent.decode.vss;

import dev.caravan.agent.config.Node;
import dev.caravan.agent.decode.CanPlace;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Signal decoders of AWS IoT FleetWise, as its interface takes them ({@code CreateDecoderManifest}, a list of {@code signalDecoders},
 * or the object around it) or CloudFormation does, whose keys begin in upper case. A CAN signal is known by where it stands;
 * its start bit is that of its lowest bit.
 */
final class DecoderManifest {
  private static final List<String> LISTS = List.of("signalDecoders", "signalDecodersToAdd");
  private static final String NAME = "fullyQualifiedName";
  private static final long EXTENDED = 0x8000_0000L;
  private static final long MOST_STANDARD = 0x7FF;
  private static final long MOST_EXTENDED = 0x1FFF_FFFF;
  private static final int MOST_BITS = 64;
  private static final int MOST_START_BIT = 64 * 8 - 1;
  private static final double MOST = 1e300;

  private final List<Foreign> found = new ArrayList<>();
  private final Set<String> buses = new LinkedHashSet<>();

  private DecoderManifest() {}

  static boolean is(Node top) {
    return top.isList()
        ? top.items().stream().anyMatch(item -> at(item, NAME).isPresent())
        : top.isMapping()
            && LISTS.stream()
                .anyMatch(key -> top.keys().contains(key) || top.keys().contains(upper(key)));
  }

  static List<Foreign> read(Node top) {
    DecoderManifest manifest = new DecoderManifest();
    if (top.isMapping()) {
      manifest.besides(top);
    }
    (top.isList() ? top : list(top)).items().forEach(manifest::decoder);
    return manifest.found;
  }

  private static Node list(Node top) {
    return LISTS.stream()
        .map(key -> at(top, key))
        .filter(Node::isPresent)
        .findFirst()
        .orElse(Node.absent());
  }

  /** What stands under a key, in either spelling. */
  private static Node at(Node node, String key) {
    if (!node.isMapping()) {
      return Node.absent();
    }
    Node upper = node.at(upper(key));
    return upper.isPresent() ? upper : node.at(key);
  }

  private static String upper(String key) {
    return key.substring(0, 1).toUpperCase(Locale.ROOT) + key.substring(1);
  }

  private void besides(Node top) {
    for (Node each : at(top, "networkInterfaces").items()) {
      String type = at(each, "type").text("");
      if (!type.equals("CAN_INTERFACE")) {
        Foreign.leaveOut(
            each,
            "interface " + at(each, "interfaceId").text("") + " is " + type
                + "; want a source of its own for it");
      }
    }
    Node others = at(top, "defaultForUnmappedSignals");
    if (others.isPresent()) {
      Foreign.leaveOut(others, "a signal that no decoder is given for has none here");
    }
  }

  private void decoder(Node node) {
    if (!node.isMapping()) {
      node.fault("want a signal decoder, {fullyQualifiedName, interfaceId, type, canSignal}");
      return;
    }
    Node named = at(node, NAME);
    String path = named.isPresent() ? named.text() : "";
    Node can = at(node, "canSignal");
    if (!named.isPresent()) {
      node.fault("fullyQualifiedName: missing; want a path as Vehicle.Speed");
    } else if (!VssEntry.PATH.matcher(path).matches()) {
      Foreign.leaveOut(
          named,
          "'" + path
              + "' is no path of 2 to 16 parts of letters, digits and _, the first in upper case");
    } else if (can.isMapping()) {
      can(node, path, can);
    } else {
      other(node, path);
    }
  }

  /** A decoder for something else than CAN frames. */
  private static void other(Node node, String path) {
    Node obd = at(node, "obdSignal");
    if (obd.isPresent()) {
      Foreign.leaveOut(
          obd,
          path + " is service " + hex(at(obd, "serviceMode")) + " PID " + hex(at(obd, "pid"))
              + " of OBD; want it polled, and named by a mapping as vss/obd.yaml");
      return;
    }
    String type = at(node, "type").text("");
    if (type.isEmpty() || type.equals("CAN_SIGNAL")) {
      node.fault(
          "canSignal: missing; want {messageId, isBigEndian, isSigned, startBit, length, factor, offset}");
    } else {
      Foreign.leaveOut(node, path + " is " + type + ", which no decoder here reads");
    }
  }

  private static String hex(Node number) {
    return number.isPresent() ? String.format(Locale.ROOT, "%02X", number.whole(0, 0xFFFF)) : "?";
  }

  private void can(Node node, String path, Node can) {
    long id = at(can, "messageId").whole(0, EXTENDED | MOST_EXTENDED);
    int length = (int) at(can, "length").whole(1, MOST_BITS);
    int lowest = (int) at(can, "startBit").whole(0, MOST_START_BIT);
    boolean isBigEndian = isTrue(can, "isBigEndian");
    boolean isSigned = isTrue(can, "isSigned");
    double factor = at(can, "factor").number(-MOST, MOST);
    double offset = at(can, "offset").number(-MOST, MOST);
    boolean isFloating = at(can, "signalValueType")
        .oneOf(List.of("INTEGER", "FLOATING_POINT"), "INTEGER")
        .equals("FLOATING_POINT");
    boolean isExtended = id > MOST_STANDARD;
    int startBit = isBigEndian ? CanPlace.startBit(lowest, length) : lowest;
    if (startBit < 0) {
      at(can, "startBit")
          .fault("a big-endian signal of " + length + " bits whose lowest is bit " + lowest
              + " begins before the message; want the number of its lowest bit");
      return;
    }
    if ((id & MOST_EXTENDED) != (id & ~EXTENDED)) {
      at(can, "messageId").fault("want an identifier of 11 or 29 bits, got " + id);
      return;
    }
    String place =
        CanPlace.of((int) (id & MOST_EXTENDED), isExtended, startBit, length, isBigEndian);
    bus(node);
    VssChange claimed =
        VssChange.claimed(new VssChange.Claim(isFloating, isSigned, factor, offset));
    found.add(new Foreign(VssEntry.foreign(node, place, path, "", claimed), 0, false));
  }

  private void bus(Node node) {
    Node bus = at(node, "interfaceId");
    Optional<String> id = bus.isPresent() ? Optional.of(bus.text()) : Optional.empty();
    if (id.isPresent() && buses.add(id.get()) && buses.size() == 2) {
      bus.warn("CAN interfaces are not told apart here: " + String.join(", ", buses)
          + "; a name goes to the signal of any source that stands there");
    }
  }

  /** CloudFormation has them as texts. */
  private static boolean isTrue(Node can, String key) {
    return at(can, key).oneOf(List.of("false", "true")).equals("true");
  }
}
