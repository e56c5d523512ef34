package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.health.Words;
import dev.caravan.agent.security.TlsFailure;
import dev.caravan.agent.uplink.BusyException;
import dev.caravan.agent.uplink.RefusedException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/** What Paho's exceptions mean, in words for the log. */
final class MqttFailure {
  private static final String TLS_HINT =
      "; does the broker want another client certificate (tls.cert), or no TLS on this port?";

  private MqttFailure() {}

  /**
   * Why a connection did not come about; a {@link RefusedException} where a person has to act, a {@link BusyException} where
   * the broker has too much to do.
   *
   * @param latestReason that came in any packet
   */
  static IOException ofConnect(
      MqttSettings.Broker broker, Version version, Throwable why, int latestReason) {
    String what = "connect to " + broker + ": ";
    int reason = why instanceof MqttException mqtt ? mqtt.getReasonCode() : 0;
    boolean isUnknown = reason == MqttException.REASON_CODE_INVALID_RETURN_CODE;
    if (ReasonCode.isOtherVersion(isUnknown ? latestReason : reason)) {
      return new RefusedException(
          what + "the broker does not speak " + version + "; want protocol: auto");
    }
    if (ReasonCode.needsPerson(reason)) {
      return new RefusedException(what + "refused, " + ReasonCode.text(reason)
          + "; want other credentials, client id or rights");
    }
    if (ReasonCode.isBusy(reason)) {
      return new BusyException(what + "refused, " + ReasonCode.text(reason));
    }
    if (deepest(why) instanceof RefusedException refused) {
      return new RefusedException(what + "refused, " + refused.getMessage());
    }
    String words = inWords(why, latestReason);
    return new IOException(
        what + (broker.tls() && isCut(deepest(why)) ? words + TLS_HINT : words), why);
  }

  /**
   * Why a broker has ended a link.
   *
   * @param why what Paho met; null where the broker said why
   * @param latestReason that came in any packet
   */
  static IOException ofDisconnect(
      MqttSettings.Broker broker, int reason, @Nullable MqttException why, int latestReason) {
    String what = "link to " + broker + ": ";
    if (why != null) {
      return new IOException(what + inWords(why, latestReason), why);
    }
    String text = what + "the broker ended it, " + ReasonCode.text(reason);
    return ReasonCode.isBusy(reason) ? new BusyException(text) : new IOException(text);
  }

  /** What a link ended of that a thread of Paho's died with. */
  static IOException ofDeath(MqttSettings.Broker broker, LinkEnd how, Throwable why) {
    String what = how == LinkEnd.UNREADABLE
        ? "what came cannot be read, " + PahoWords.ofUnreadable(why)
        : "a thread of the client died, " + inWords(why, 0);
    return new IOException("link to " + broker + ": " + what, why);
  }

  /** Java often loses the alert of a broker that refuses a certificate, and knows only that the link is gone. */
  private static boolean isCut(Throwable deepest) {
    return deepest.getClass() == SocketException.class || deepest instanceof EOFException;
  }

  static String inWords(Throwable why, int latestReason) {
    return TlsFailure.inWords(why).orElseGet(() -> words(deepest(why), latestReason));
  }

  static Throwable deepest(Throwable why) {
    Throwable deepest = why;
    while (deepest.getCause() != null) {
      deepest = deepest.getCause();
    }
    return deepest;
  }

  private static String words(Throwable deepest, int latestReason) {
    if (deepest instanceof HttpException || deepest instanceof UnreadableException) {
      return String.valueOf(deepest.getMessage());
    }
    if (deepest instanceof MqttException mqtt) {
      return PahoWords.of(mqtt, latestReason);
    }
    if (PahoWords.isOfAPacket(deepest)) {
      return "what came cannot be read, " + PahoWords.ofUnreadable(deepest);
    }
    if (deepest instanceof EOFException) {
      return "closed by the far side";
    }
    return PahoWords.isOfPaho(deepest) ? PahoWords.ofUnreadable(deepest) : Words.of(deepest);
  }
}
