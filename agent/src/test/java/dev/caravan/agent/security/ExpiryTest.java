package dev.caravan.agent.security;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpiryTest {
  private static OptionalLong of(String password) {
    return Expiry.seconds(password.getBytes(StandardCharsets.UTF_8));
  }

  private static OptionalLong ofClaims(String json) {
    String claims = Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
    return of("eyJhbGciOiJub25lIn0." + claims + ".");
  }

  @Test
  void aWebTokenEndsAsItClaims() {
    // RFC 7519, 3.1
    assertEquals(
        OptionalLong.of(1300819380),
        of("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9"
            + ".eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
            + ".dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"exp\":1764000000}",
        "{ \"a\" : \"exp\", \"exp\" : 1764000000 , \"b\":1}",
        "{\"a\":{\"exp\":1},\"b\":[{\"exp\":2},\"exp\",3],\"exp\":1764000000.25}",
        "{\"a\":\"}\\\"exp\\\":5,\\\\\",\"exp\":1.764e9}"
      })
  void theClaimIsThatOfTheTokenItself(String json) {
    assertEquals(OptionalLong.of(1764000000), ofClaims(json));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "",
        "{\"a\":{\"exp\":1}}",
        "{\"exp\":\"1764000000\"}",
        "{\"exp\":null}",
        "{\"exp\":-1}",
        "{\"exp\":1e99}",
        "{\"exp\":999999999999999}",
        "[\"exp\",1]",
        "{\"a",
        "{\"exp\"",
        "\"exp\":5",
        "{\"EXP\":5}"
      })
  void withoutAGoodClaimNothingIsSaid(String json) {
    assertEquals(OptionalLong.empty(), ofClaims(json));
  }

  @ParameterizedTest
  @CsvSource({
    "SharedAccessSignature sr=h%2Fdevices%2Fd&sig=a%3D&se=1764000000, 1764000000",
    "SharedAccessSignature se=1764000000&sr=h&sig=a&skn=, 1764000000",
  })
  void anAccessSignatureEndsAsItSays(String password, long seconds) {
    assertEquals(OptionalLong.of(seconds), of(password));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "hush",
        "a.b.c",
        "a.!.c",
        "..",
        "se=1764000000",
        "SharedAccessSignature sr=h&sig=a",
        "SharedAccessSignature sr=h&use=1764000000",
        "SharedAccessSignature sr=h&se=99999999999999999999",
        "SharedAccessSignature sr=h&se=176x"
      })
  void otherPasswordsSayNothing(String password) {
    assertEquals(OptionalLong.empty(), of(password));
  }

  @Test
  void aLargePasswordOfAnyBytesIsRead() {
    byte[] any = new byte[64 << 10];
    assertEquals(OptionalLong.empty(), Expiry.seconds(any));
    assertEquals(OptionalLong.empty(), of("a.".repeat(32 << 10)));
    assertEquals(OptionalLong.empty(), ofClaims("{".repeat(40_000)));
    assertEquals(OptionalLong.empty(), ofClaims("{\"" + "\\\"".repeat(20_000)));
  }
}
