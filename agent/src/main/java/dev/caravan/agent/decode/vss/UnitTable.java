package dev.caravan.agent.decode.vss;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The units that convert, under the names that DBC files, devices and VSS give them. */
final class UnitTable {
  /**
   * Dimension: each unit as {@code names = numerator[/denominator][+shift]}, in the dimension's first unit, names in
   * lower case. A name may be in two dimensions ({@code g}); the other side of the conversion decides.
   */
  private static final String TABLE = """
      length: m metre meter metres meters = 1; km = 1000; cm = 1/100; mm = 1/1000; um µm μm micrometer = 1/1000000; \
      in inch = 254/10000; ft = 3048/10000; mi mile miles = 1609344/1000
      speed: m/s mps m/sec = 1; km/h kph kmh kmph km/hr = 10/36; mph mi/h = 44704/100000; cm/s = 1/100; \
      mm/s = 1/1000; kn knot knots kt = 1852/3600
      acceleration: m/s^2 m/s2 m/s² m/s/s m/s**2 = 1; cm/s^2 cm/s2 cm/s² = 1/100; g gn = 980665/100000; \
      mg = 980665/100000000
      jerk: m/s^3 m/s3 m/s³ = 1
      temperature: celsius degc °c deg_c deg-c degc. c ℃ º˚c ˚c ºc grad_c = 1; k kelvin = 1+-273.15; \
      fahrenheit degf °f deg_f f ℉ = 5/9+-32
      pressure: pa = 1; hpa = 100; kpa = 1000; mpa = 1000000; bar = 100000; mbar = 100; \
      psi = 6894757293168361/1000000000000; mmhg = 133322387415/1000000000; atm = 101325
      voltage: v volt volts = 1; mv = 1/1000; kv = 1000; uv µv μv = 1/1000000
      current: a amp amps ampere = 1; ma = 1/1000; ka = 1000; ua µa μa = 1/1000000
      power: w watt watts = 1; mw = 1/1000; kw = 1000; ps = 73549875/100000; \
      hp = 74569987158227022/100000000000000
      energy: j ws = 1; kj = 1000; mj = 1000000; wh = 3600; kwh = 3600000; mwh = 3600000000
      charge: as coulomb c = 1; ah a.h a*h = 3600; mah = 36/10
      resistance: ohm ω ohms = 1; mohm mω = 1/1000; kohm kω = 1000
      capacitance: farad f = 1; uf µf μf = 1/1000000
      torque: nm n.m n·m n*m n-m = 1; knm = 1000
      force: n newton = 1; knewton = 1000
      angle: degrees degree deg ° º grad = 1; rad radian = 180/3.14159265358979323846264338327950288419716939937510582097; \
      mrad = 180/3141.59265358979323846264338327950288419716939937510582097
      angular speed: rpm 1/min /min u/min min-1 min^-1 r/min rev/min = 1; degrees/s deg/s °/s º/s deg/sec dps = 1/6; \
      rad/s = 30/3.14159265358979323846264338327950288419716939937510582097; 1/s rps rev/s = 60; degrees/min = 1/360
      angular acceleration: degrees/s^2 deg/s^2 deg/s2 °/s^2 °/s2 °/s² deg/s² = 1; \
      rad/s^2 rad/s2 rad/s² = 180/3.14159265358979323846264338327950288419716939937510582097
      frequency: hz = 1; khz = 1000; mhz = 1000000; ghz = 1000000000; 1/s /s = 1; cpm bpm = 1/60
      time: s sec second seconds = 1; ms msec = 1/1000; us µs μs usec = 1/1000000; ns = 1/1000000000; \
      min minute minutes mins = 60; h hr hour hours hrs = 3600; d day days = 86400; weeks = 604800
      mass: kg = 1; g gram grams = 1/1000; mg = 1/1000000; t ton tonne tons = 1000; lb lbs = 45359237/100000000
      mass flow: g/s = 1; kg/h kg/hr = 10/36; kg/s = 1000; g/h = 1/3600; mg/s = 1/1000
      volume: l liter litre liters litres = 1; ml cm^3 cm3 cm³ ccm cc = 1/1000; m^3 m3 m³ = 1000; \
      gal = 3785411784/1000000000; ul µl μl = 1/1000000
      volume flow: l/h l/hr lph = 1; l/min = 60; l/s = 3600; ml/s = 36/10; ml/min = 6/100; m^3/h m3/h m³/h = 1000; \
      gal/h gph = 3785411784/1000000000
      consumption: l/100km l/100_km = 1; ml/100km = 1/1000; l/km = 100
      electric consumption: kwh/100km = 1; wh/km = 1/10; kwh/km = 100
      ratio: percent % pct per_cent = 1; ratio = 100; permille ‰ promille = 1/10; ppm = 1/10000; %/100 = 100
      concentration density: g/m^3 g/m3 g/m³ = 1; mg/m^3 mg/m3 mg/m³ = 1/1000; ug/m^3 ug/m3 ug/m³ µg/m³ μg/m³ µg/m3 = 1/1000000
      illuminance: lx lux = 1; klx = 1000
      irradiance: w/m^2 w/m2 w/m² = 1; kw/m^2 kw/m2 kw/m² = 1000
      emission: g/km = 1; mg/km = 1/1000
      curvature: 1/m m^-1 m-1 = 1; 1/km = 1/1000
      sound: db dba db(a) = 1
      signal strength: dbm = 1
      data: byte bytes b = 1; kb kib = 1024; mb mib = 1048576
      pieces: count counts pulses events = 1
      """;

  private static final Map<String, List<Unit>> EXACT = new HashMap<>();
  private static final Map<String, List<Unit>> ANY_CASE = new HashMap<>();

  static {
    for (String line : TABLE.strip().lines().toList()) {
      int colon = line.indexOf(':');
      String dimension = line.substring(0, colon);
      for (String entry : line.substring(colon + 1).split(";", -1)) {
        String[] sides = entry.strip().split(" = ", 2);
        Unit unit = unit(dimension, sides[1].strip());
        for (String name : sides[0].strip().split(" +", -1)) {
          add(ANY_CASE, name, unit);
        }
      }
    }
    // Where only the case tells two units apart, lower case is what the table above has.
    exact("MW", "power", "1000000");
    exact("Mohm", "resistance", "1000000");
    exact("MOhm", "resistance", "1000000");
    exact("MΩ", "resistance", "1000000");
    exact("K", "temperature", "1+-273.15");
    exact("mPa", "pressure", "1/1000");
    exact("mHz", "frequency", "1/1000");
    exact("mJ", "energy", "1/1000");
    exact("mWh", "energy", "36/10");
    exact("MV", "voltage", "1000000");
    exact("MA", "current", "1000000");
    exact("kN", "force", "1000");
    exact("KN", "force", "1000");
  }

  private UnitTable() {}

  private static void exact(String name, String dimension, String size) {
    add(EXACT, name, unit(dimension, size));
  }

  private static void add(Map<String, List<Unit>> table, String name, Unit unit) {
    table.computeIfAbsent(name, any -> new ArrayList<>()).add(unit);
  }

  private static Unit unit(String dimension, String size) {
    int plus = size.indexOf('+');
    String shift = plus < 0 ? "0" : size.substring(plus + 1);
    String[] ratio = (plus < 0 ? size : size.substring(0, plus)).split("/", 2);
    return new Unit(
        dimension,
        new BigDecimal(ratio[0]),
        new BigDecimal(ratio.length > 1 ? ratio[1] : "1"),
        new BigDecimal(shift));
  }

  /** What a name may mean; nothing if it is unknown. */
  static List<Unit> find(String name) {
    String tidy = name.strip().replaceAll("\\s+", "");
    if (tidy.length() > 2 && tidy.startsWith("[") && tidy.endsWith("]")) {
      tidy = tidy.substring(1, tidy.length() - 1);
    }
    List<Unit> exact = EXACT.get(tidy);
    return exact != null ? exact : ANY_CASE.getOrDefault(tidy.toLowerCase(Locale.ROOT), List.of());
  }
}
