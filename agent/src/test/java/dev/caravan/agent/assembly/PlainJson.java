package dev.caravan.agent.assembly;

import dev.harrel.jsonschema.JsonNode;
import dev.harrel.jsonschema.JsonNodeFactory;
import dev.harrel.jsonschema.SimpleType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** Values of YAML 1.2, and so of JSON, for the validator. */
record PlainJson(Object value, String getJsonPointer) implements JsonNode {
  /** Reads texts. */
  static final JsonNodeFactory FACTORY = new JsonNodeFactory() {
    @Override
    public JsonNode wrap(Object value) {
      return value instanceof JsonNode node ? node : new PlainJson(value, "");
    }

    @Override
    public JsonNode create(String text) {
      LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
      return wrap(new Load(settings).loadFromString(text));
    }
  };

  @Override
  public SimpleType getNodeType() {
    if (value instanceof Number number) {
      boolean isWhole = new BigDecimal(number.toString()).stripTrailingZeros().scale() <= 0;
      return isWhole ? SimpleType.INTEGER : SimpleType.NUMBER;
    }
    return value instanceof Boolean
        ? SimpleType.BOOLEAN
        : value instanceof String
            ? SimpleType.STRING
            : value instanceof List
                ? SimpleType.ARRAY
                : value instanceof Map ? SimpleType.OBJECT : SimpleType.NULL;
  }

  @Override
  public boolean asBoolean() {
    return (Boolean) value;
  }

  @Override
  public String asString() {
    return String.valueOf(value);
  }

  @Override
  public BigInteger asInteger() {
    return asNumber().toBigInteger();
  }

  @Override
  public BigDecimal asNumber() {
    return new BigDecimal(value.toString());
  }

  @Override
  public List<JsonNode> asArray() {
    List<JsonNode> items = new ArrayList<>();
    for (Object item : (List<?>) value) {
      items.add(new PlainJson(item, getJsonPointer + "/" + items.size()));
    }
    return items;
  }

  @Override
  public Map<String, JsonNode> asObject() {
    Map<String, JsonNode> entries = new LinkedHashMap<>();
    ((Map<?, ?>) value)
        .forEach((key, entry) -> entries.put(
            key.toString(),
            new PlainJson(
                entry, getJsonPointer + "/" + JsonNode.encodeJsonPointer(key.toString()))));
    return entries;
  }
}
