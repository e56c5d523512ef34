package dev.caravan.agent.cli;

import dev.caravan.agent.source.serial.PortHolder;
import dev.caravan.agent.source.serial.PortList;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code caravan ports}: what a technician needs to know to write {@code port:}. */
@Command(
    name = "ports",
    description =
        "List the serial ports: what is behind them, what to write in a configuration, who has them open.")
final class PortsCommand implements Callable<Integer> {
  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    List<PortList.Port> ports = PortList.ofThisMachine().ports();
    ports.forEach(port -> print(port, out));
    if (ports.isEmpty()) {
      out.println(
          "no serial port; is the adapter plugged in? (dmesg tells what the kernel made of it)");
    }
    out.flush();
    return Caravan.DONE;
  }

  private static void print(PortList.Port port, PrintWriter out) {
    out.println(port.device() + ": " + port.what()
        + (port.driver().isEmpty() ? "" : ", driver " + port.driver()));
    port.addresses().forEach(address -> out.println("  port: " + address));
    out.println("  " + port.access());
    for (PortHolder holder : port.holders()) {
      out.println("  open in " + holder);
    }
  }
}
