package dev.caravan.agent.security;

import dev.caravan.agent.config.FileRoom;
import dev.caravan.agent.health.Words;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The textual form of keys and certificates: blocks of Base64 between {@code -----BEGIN X-----} and {@code -----END
 * X-----}.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7468">RFC 7468</a>
 */
final class Pem {
  private static final int MOST_BYTES = 16 << 20;
  private static final int SHARE = 16;
  private static final String BEGIN = "-----BEGIN ";
  private static final String DASHES = "-----";

  // DER of AlgorithmIdentifier {rsaEncryption, NULL}: RFC 8017, A.1
  private static final byte[] RSA = HexFormat.of().parseHex("300d06092a864886f70d0101010500");
  // DER of the OID id-ecPublicKey: RFC 5480, 2.1.1
  private static final byte[] EC_PUBLIC_KEY = HexFormat.of().parseHex("06072a8648ce3d0201");
  // INTEGER 0: the version of PrivateKeyInfo, RFC 5208, 5
  private static final byte[] VERSION_0 = {2, 1, 0};

  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int OBJECT_ID = 0x06;
  private static final int EC_PARAMETERS = 0xA0;

  /** One block: what it says it is, and its bytes as Base64. */
  record Block(String label, String base64) {
    byte[] der() {
      return Base64.getMimeDecoder().decode(base64);
    }

    @Override
    public String toString() {
      return label;
    }
  }

  private Pem() {}

  /**
   * The bytes of a file of keys, certificates or revocation lists.
   *
   * @throws IOException if it cannot be read or is far too large; the message names it
   */
  static byte[] read(Path file) throws IOException {
    try {
      return FileRoom.read(file, FileRoom.most(MOST_BYTES, SHARE));
    } catch (IOException e) {
      throw new IOException("read " + file + ": " + Words.reason(e), e);
    }
  }

  /** Whether there is any block. */
  static boolean isIn(byte[] content) {
    return new String(content, StandardCharsets.ISO_8859_1).contains(BEGIN);
  }

  /** All blocks, text between them ignored. */
  static List<Block> blocks(byte[] content) throws IOException {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    List<Block> blocks = new ArrayList<>();
    int at = text.indexOf(BEGIN);
    while (at >= 0) {
      int labelEnd = text.indexOf(DASHES, at + BEGIN.length());
      String label = labelEnd < 0 ? "" : text.substring(at + BEGIN.length(), labelEnd);
      int end = text.indexOf("-----END " + label + DASHES, labelEnd + DASHES.length());
      if (labelEnd < 0 || end < 0) {
        throw new IOException("a PEM block has no end");
      }
      String body = text.substring(labelEnd + DASHES.length(), end);
      if (body.contains("Proc-Type:")) {
        throw new IOException(
            "the key is encrypted in the old way; convert it with: openssl pkcs8 -topk8");
      }
      Block block = new Block(label, body);
      try {
        if (block.der().length == 0) {
          throw new IOException("a PEM block is empty: label=" + label);
        }
      } catch (IllegalArgumentException e) {
        throw new IOException("a PEM block is not Base64: label=" + label, e);
      }
      blocks.add(block);
      at = text.indexOf(BEGIN, end);
    }
    return blocks;
  }

  /** The first private key among blocks. */
  static PrivateKey privateKey(List<Block> blocks, char[] password)
      throws IOException, GeneralSecurityException {
    for (Block block : blocks) {
      switch (block.label) {
        case "PRIVATE KEY" -> {
          return pkcs8(block.der());
        }
        case "ENCRYPTED PRIVATE KEY" -> {
          return encrypted(block.der(), password);
        }
        case "RSA PRIVATE KEY" -> {
          return pkcs8(der(SEQUENCE, VERSION_0, RSA, der(OCTETS, block.der())));
        }
        case "EC PRIVATE KEY" -> {
          byte[] algorithm = der(SEQUENCE, EC_PUBLIC_KEY, curve(block.der()));
          return pkcs8(der(SEQUENCE, VERSION_0, algorithm, der(OCTETS, block.der())));
        }
        default -> {
          // certificates and EC PARAMETERS may stand beside the key
        }
      }
    }
    throw new IOException("no private key in it; want a PEM block PRIVATE KEY");
  }

  private static PrivateKey pkcs8(byte[] der) throws GeneralSecurityException {
    for (String algorithm : List.of("RSA", "EC", "EdDSA")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // the next algorithm may know it
      }
    }
    throw new InvalidKeySpecException("not a key that is known here; want RSA, EC or Ed25519");
  }

  private static PrivateKey encrypted(byte[] der, char[] password)
      throws IOException, GeneralSecurityException {
    if (password.length == 0) {
      throw new IOException("the key is encrypted; want key_password_file");
    }
    EncryptedPrivateKeyInfo sealed = new EncryptedPrivateKeyInfo(der);
    // for PBES2 the name that opens a cipher is told by the parameters, not by getAlgName
    AlgorithmParameters parameters = sealed.getAlgParameters();
    String cipherName = parameters == null ? sealed.getAlgName() : parameters.toString();
    SecretKeyFactory keys = SecretKeyFactory.getInstance(cipherName);
    Cipher cipher = Cipher.getInstance(cipherName);
    cipher.init(Cipher.DECRYPT_MODE, keys.generateSecret(new PBEKeySpec(password)), parameters);
    return pkcs8(sealed.getKeySpec(cipher).getEncoded());
  }

  /**
   * The named curve in an ECPrivateKey, as the DER of its OID.
   *
   * @see <a href="https://www.rfc-editor.org/rfc/rfc5915">RFC 5915, 3</a>
   */
  private static byte[] curve(byte[] ecPrivateKey) throws IOException {
    Der whole = new Der(ecPrivateKey, 0);
    int at = whole.contentFrom;
    while (at < whole.contentTo) {
      Der field = new Der(ecPrivateKey, at);
      if (field.tag == EC_PARAMETERS) {
        Der oid = new Der(ecPrivateKey, field.contentFrom);
        if (oid.tag == OBJECT_ID) {
          return Arrays.copyOfRange(ecPrivateKey, field.contentFrom, oid.contentTo);
        }
      }
      at = field.contentTo;
    }
    throw new IOException(
        "the EC key does not name its curve; convert it with: openssl pkcs8 -topk8 -nocrypt");
  }

  /** One element: its tag and where its content lies. */
  private static final class Der {
    final int tag;
    final int contentFrom;
    final int contentTo;

    Der(byte[] in, int at) throws IOException {
      if (at + 2 > in.length) {
        throw new IOException("the key is cut off");
      }
      tag = in[at] & 0xFF;
      int length = in[at + 1] & 0xFF;
      int from = at + 2;
      if (length >= 0x80) {
        int count = length & 0x7F;
        if (count == 0 || count > 3 || from + count > in.length) {
          throw new IOException("the key is not DER");
        }
        length = 0;
        for (int i = 0; i < count; i++) {
          length = (length << 8) | (in[from + i] & 0xFF);
        }
        from += count;
      }
      contentFrom = from;
      contentTo = from + length;
      if (contentTo > in.length) {
        throw new IOException("the key is cut off");
      }
    }
  }

  private static byte[] der(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    int length = content.size();
    if (length < 0x80) {
      out.write(length);
    } else if (length < 0x100) {
      out.write(0x81);
      out.write(length);
    } else {
      out.write(0x82);
      out.write(length >> 8);
      out.write(length);
    }
    out.writeBytes(content.toByteArray());
    return out.toByteArray();
  }
}
