#!/bin/sh
# The first process of a machine that has nothing but a kernel, a Java runtime and the agent: puts frames on a CAN
# interface and prints what happened, a line "caravan WORD ..." for each thing, to the serial console.
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs tmp /tmp
for module in e1000 can-dev can can-raw vcan; do insmod /modules/$module.ko; done
echo 1000000 > /proc/sys/net/core/rmem_default # an emulated machine stands still now and then
ip link set lo up
ip link set eth0 up
ip addr add 10.0.2.15/24 dev eth0

say() { echo "caravan $* at $(cut -d' ' -f1 /proc/uptime) s"; }
up() { ip link add dev vcan0 type vcan && ip link set vcan0 mtu 72 && ip link set vcan0 up; }
metrics() { wget -q -O - http://127.0.0.1:8080/metrics; }
metric() { metrics | grep "^caravan_$1_total{source=\"can0\"}" | grep -o '[0-9]*$'; }
# until the agent has read or lost so many frames
settle() {
  for i in $(seq 150); do
    [ $(($(metric source_frames) + $(metric source_overrun))) -ge $1 ] && break
    sleep 0.2
  done
}
# until nothing more arrives; then one frame, because the kernel tells of lost frames with the next one only
quieten() {
  last=none
  while now=$(metric source_frames); [ "$now" != "$last" ]; do last=$now; sleep 1; done
  cangen vcan0 -n 1 -I 100 -L 8
}
is() { # until the agent takes the interface for well (1) or not (0)
  for i in $(seq 300); do
    metrics | grep -q "^caravan_part_up{.*\"can0\".*} $1$" && say is $1 && break
    sleep 0.2
  done
}

say booted
/java/bin/java -XX:SharedArchiveFile=/caravan.jsa -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -jar /caravan.jar run -c /agent.yaml 2> /tmp/agent.log &
agent=$!
is 0
up
is 1

candump -L vcan0 > /tmp/candump.log &
sleep 1
cangen vcan0 -g 2 -n 500 -I 166 -L 8 -D i
cangen vcan0 -g 2 -n 500 -I 167 -L 8 -D i -f
settle 1000
say paced $(metric source_frames) $(metric source_overrun) $(metric source_malformed)
sed 's/^/caravan candump /' /tmp/candump.log

cangen vcan0 -g 0 -n 20000 -I 100 -L 8 -p 10
quieten
settle 21001
say burst $(($(metric source_frames) + $(metric source_overrun)))

ip link set vcan0 down
is 0
ip link set vcan0 up
is 1
cangen vcan0 -g 2 -n 50 -I 100 -L 8
settle 21051
say up $(($(metric source_frames) + $(metric source_overrun)))

ip link del vcan0
is 0
up
is 1
cangen vcan0 -g 2 -n 50 -I 100 -L 8
settle 21101
say back $(($(metric source_frames) + $(metric source_overrun)))

kill -TERM $agent
wait $agent
say exit $?
sed 's/^/caravan log /' /tmp/agent.log
poweroff -f
