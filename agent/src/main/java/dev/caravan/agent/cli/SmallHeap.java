package dev.caravan.agent.cli;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import java.lang.management.ManagementFactory;
import java.util.Map;

/**
 * Gives back what the start took of the heap, for a process that then needs little for years. Without options Java takes the heap of
 * a server: a young generation of tens of megabytes, touched whole before it is collected.
 */
final class SmallHeap {
  /** How much of the heap is kept free after a collection, in percent; what is set on the command line stays. */
  private static final Map<String, String> FREE =
      Map.of("MinHeapFreeRatio", "10", "MaxHeapFreeRatio", "20");

  /** A heap that may not become larger needs no help, in bytes. */
  private static final long SMALL_BYTES = 256L << 20;

  private SmallHeap() {}

  /** Collects once, before any frame is read. What the configuration was read with is garbage by then. */
  static void settle() {
    if (Runtime.getRuntime().maxMemory() > SMALL_BYTES) {
      keepLittleFree();
    }
    System.gc();
  }

  private static void keepLittleFree() {
    try {
      HotSpotDiagnosticMXBean java =
          ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
      if (isSet(java, "UseG1GC")) {
        FREE.forEach((name, percent) -> setUnlessGiven(java, name, percent));
      }
    } catch (LinkageError | IllegalArgumentException e) {
      // another Java, or one without these: it has the heap that it was given
    }
  }

  private static boolean isSet(HotSpotDiagnosticMXBean java, String name) {
    return java.getVMOption(name).getValue().equals("true");
  }

  private static void setUnlessGiven(HotSpotDiagnosticMXBean java, String name, String percent) {
    if (java.getVMOption(name).getOrigin() == VMOption.Origin.DEFAULT) {
      java.setVMOption(name, percent);
    }
  }
}
