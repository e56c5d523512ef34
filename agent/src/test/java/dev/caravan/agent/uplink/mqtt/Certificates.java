package dev.caravan.agent.uplink.mqtt;

import dev.caravan.agent.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Keys, certificates and revocation lists made by openssl, {@code NAME.key}, {@code NAME.pem} and {@code NAME.crl} in one folder. */
public final class Certificates {
  private final String openssl = Program.require("openssl", "openssl");
  private final Path dir;

  /** In this folder. */
  public Certificates(Path dir) throws IOException {
    this.dir = dir;
    Files.writeString(dir.resolve("ca.conf"), """
        [ca]
        default_ca = any
        [any]
        database = %1$s/index
        serial = %1$s/serial
        new_certs_dir = %1$s
        default_md = sha256
        default_days = 1
        default_crl_days = 1
        unique_subject = no
        policy = name
        [name]
        commonName = supplied
        """.formatted(dir));
    Files.writeString(dir.resolve("index"), "");
    Files.writeString(dir.resolve("serial"), "1000\n");
  }

  /** The path of a file of that name. */
  public String file(String name) {
    return dir.resolve(name).toString();
  }

  /** A root. */
  public void authority(String name) throws IOException {
    openssl(
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -keyout %1$s.key"
            + " -out %1$s.pem -subj /CN=%1$s",
        name);
  }

  /** A certificate for {@code DNS:…} or {@code IP:…}, valid for a day. */
  public void issue(String by, String name, String alternative) throws IOException {
    sign(by, name, "subjectAltName=" + alternative, "");
  }

  /** The same, valid in January 2020. */
  public void issueExpired(String by, String name, String alternative) throws IOException {
    sign(
        by,
        name,
        "subjectAltName=" + alternative,
        " -startdate 20200101000000Z -enddate 20200201000000Z");
  }

  /** An authority below another one. */
  public void issueAuthority(String by, String name) throws IOException {
    sign(by, name, "basicConstraints=critical,CA:true\nkeyUsage=keyCertSign,cRLSign", "");
  }

  private void sign(String by, String name, String extension, String more) throws IOException {
    openssl(
        "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout %1$s.key -out %1$s.csr"
            + " -subj /CN=%1$s",
        name);
    Files.writeString(dir.resolve(name + ".ext"), extension + "\n");
    openssl(
        "ca -batch -notext -config ca.conf -cert %1$s.pem -keyfile %1$s.key -in %2$s.csr"
            + " -extfile %2$s.ext -out %2$s.pem" + more,
        by,
        name);
  }

  /** Takes a certificate back; the next {@link #list} says so. */
  public void revoke(String by, String name) throws IOException {
    openssl("ca -config ca.conf -cert %1$s.pem -keyfile %1$s.key -revoke %2$s.pem", by, name);
  }

  /** The list of an authority, as {@code NAME.crl}. */
  public void list(String by) throws IOException {
    openssl("ca -gencrl -config ca.conf -cert %1$s.pem -keyfile %1$s.key -out %1$s.crl", by);
  }

  /** The pin of a certificate's key. */
  String pin(String name) throws IOException {
    openssl("x509 -in %1$s.pem -pubkey -noout -out %1$s.pub", name);
    openssl("pkey -pubin -in %1$s.pub -outform DER -out %1$s.spki", name);
    openssl("dgst -sha256 -binary -out %1$s.sha %1$s.spki", name);
    byte[] digest = Files.readAllBytes(dir.resolve(name + ".sha"));
    return "sha256/" + java.util.Base64.getEncoder().encodeToString(digest);
  }

  private void openssl(String line, String... names) throws IOException {
    List<String> command = new ArrayList<>(List.of(openssl));
    for (String word : line.formatted((Object[]) names).split(" +", -1)) {
      boolean isFile = word.matches(".+\\.(key|pem|csr|ext|crl|conf|pub|spki|sha)");
      command.add(isFile ? file(word) : word);
    }
    Program.run(command.toArray(String[]::new));
  }
}
