package dev.caravan.agent.downlink;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.caravan.agent.bytes.Bytes;
import dev.caravan.agent.security.SigningKey;
import dev.caravan.v1.Reply;
import dev.caravan.v1.SignedCommand;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;

/**
 * What is asked of a device.
 *
 * @param device {@code FLEET/DEVICE}
 * @param nonce 16 random bytes
 * @param issuedUs when it was signed, microseconds since 1970 UTC
 * @param expiresUs until when it may be taken, microseconds since 1970 UTC
 */
public record Command(
    String device,
    String name,
    List<String> arguments,
    Bytes nonce,
    long issuedUs,
    long expiresUs) {
  /** What a device may be asked. */
  public static final List<String> NAMES =
      List.of("status", "flush", "read-dtc", "set-log-level", "restart-source");

  static final int NONCE_BYTES = 16;

  /** Copies the arguments. */
  public Command {
    arguments = List.copyOf(arguments);
  }

  /** A command with a nonce of its own, for so long. */
  public static Command of(
      String device, String name, List<String> arguments, long nowUs, long validUs) {
    byte[] nonce = new byte[NONCE_BYTES];
    new SecureRandom().nextBytes(nonce);
    return new Command(device, name, arguments, Bytes.owning(nonce), nowUs, nowUs + validUs);
  }

  /** The message as it is published. */
  public Bytes sign(PrivateKey key) throws GeneralSecurityException {
    ByteString command = dev.caravan.v1.Command.newBuilder()
        .setDevice(device)
        .setName(name)
        .addAllArguments(arguments)
        .setNonce(ByteString.copyFrom(nonce.buffer()))
        .setIssuedUs(issuedUs)
        .setExpiresUs(expiresUs)
        .build()
        .toByteString();
    Bytes signature = SigningKey.sign(key, Bytes.owning(command.toByteArray()));
    return Bytes.owning(SignedCommand.newBuilder()
        .setCommand(command)
        .setSignature(ByteString.copyFrom(signature.buffer()))
        .build()
        .toByteArray());
  }

  static Command parse(ByteString bytes) throws InvalidProtocolBufferException {
    dev.caravan.v1.Command message = dev.caravan.v1.Command.parseFrom(bytes);
    return new Command(
        message.getDevice(),
        message.getName(),
        message.getArgumentsList(),
        Bytes.owning(message.getNonce().toByteArray()),
        message.getIssuedUs(),
        message.getExpiresUs());
  }

  /**
   * An answer.
   *
   * @param result {@code done}, {@code refused} or {@code failed}
   * @param status the bytes of a Status message; empty if it was not asked for
   */
  public record Answer(Bytes nonce, String result, String text, Bytes status) {
    /** Whether it was done. */
    public boolean isDone() {
      return result.equals("done");
    }

    /**
     * Reads a reply.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Answer of(Bytes message) {
      try {
        Reply reply = Reply.parseFrom(message.buffer());
        String result = switch (reply.getResult()) {
          case RESULT_DONE, RESULT_REFUSED ->
            reply.getResult().name().substring("RESULT_".length()).toLowerCase(Locale.ROOT);
          default -> "failed";
        };
        return new Answer(
            Bytes.owning(reply.getNonce().toByteArray()),
            result,
            reply.getText(),
            Bytes.owning(reply.getStatus().toByteArray()));
      } catch (InvalidProtocolBufferException e) {
        throw new IllegalArgumentException("not a reply: " + e.getMessage(), e);
      }
    }
  }
}
