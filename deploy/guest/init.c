// The probe guest's only program: process 1 of a guest that exists to be watched.
//
// It says on the serial console who it is and that it lives, once a second unless told otherwise; it keeps a pattern in memory
// moving so that a lost or stale page shows; and it powers off when the ACPI button is pressed. README.md
// beside this file tells what each line means. It is static, needs no shell and no root filesystem.

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum {
    NAME_LENGTH = 63,
    REPORT_MILLISECONDS = 5000,
    STORED_BLOCKS = 16,
    STORE_MILLISECONDS = 250,
    MAX_BUTTONS = 8,
    DRAIN_MILLISECONDS = 500,
    PAGE_BYTES = 4096,
    WORDS_PER_PAGE = PAGE_BYTES / sizeof(uint64_t),
    PAGES_PER_MIB = (1 << 20) / PAGE_BYTES,
};

// What the kernel's input interface calls these (linux/input.h is not among musl's headers).
struct key_event { long seconds, microseconds; uint16_t type, code; int32_t value; };
enum { EVENT_TYPE_KEY = 1, KEY_CODE_POWER = 116 };

static char name[NAME_LENGTH + 1];
static char boot[17];
static unsigned long counter;

static int console = -1;
static int console_has_input;
static int line_was_cut;

// What the kernel's command line may set: how often it says that it lives, and how much it does besides.
static unsigned long tick_ms = 1000, dirty_mib = 4, max_tested_mib = 32;
static char store_name[16];

static uint64_t *pages;
static unsigned long page_count, next_page, generation, checks, bad;
static uint64_t pattern_seed;

static int store = -1;
static unsigned long long store_stride;
static unsigned long stored, store_checks, store_bad, store_errors;
static uint64_t store_block[WORDS_PER_PAGE] __attribute__((aligned(PAGE_BYTES)));

static int button_fds[MAX_BUTTONS];
static int button_count;

// ---- saying ----------------------------------------------------------------------------------------------

// Never blocks: a console that nobody drains must not keep the guest from hearing the power button.
// A line that did not fit whole is ended before the next one, so that each line stands for itself.
static void say(const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    if (length >= (int)sizeof line) length = sizeof line - 1;
    if (line_was_cut && write(console, "\n", 1) != 1) return;
    line_was_cut = write(console, line, length) != length;
}

static void drain_console(void)
{
    for (int waited = 0, pending = 0; waited < DRAIN_MILLISECONDS; waited += 10) {
        if (ioctl(console, TIOCOUTQ, &pending) != 0 || pending == 0) break;
        usleep(10000);
    }
    usleep(10000); // The last characters may still be in the UART.
}

static void open_console(void)
{
    console = open("/dev/ttyS0", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (console < 0) console = open("/dev/console", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    console_has_input = console >= 0;
    struct termios settings;
    if (tcgetattr(console, &settings) != 0) return;
    settings.c_cflag |= CLOCAL | CREAD;
    settings.c_cflag &= ~HUPCL;
    cfsetspeed(&settings, B115200);
    tcsetattr(console, TCSANOW, &settings);
}

// ---- reading files ---------------------------------------------------------------------------------------

// Returns the length read, at most size - 1, and ends the text with a zero.
static size_t read_text(const char *path, char *text, size_t size)
{
    size_t length = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        for (ssize_t got; length < size - 1 && (got = read(fd, text + length, size - 1 - length)) > 0;) length += got;
        close(fd);
    }
    text[length] = 0;
    return length;
}

// The guest's memory as its machine was made: the kernel's own view of RAM, rounded up over the small
// holes that firmware keeps (0.4 MiB in all on q35).
static unsigned long memory_mib(void)
{
    FILE *file = fopen("/proc/iomem", "re");
    if (!file) return 0;
    char line[128];
    unsigned long long first, last, bytes = 0;
    while (fgets(line, sizeof line, file))
        if (line[0] != ' ' && strstr(line, " : System RAM") && sscanf(line, "%llx-%llx", &first, &last) == 2)
            bytes += last - first + 1;
    fclose(file);
    return (bytes + (1 << 20) - 1) >> 20;
}

// "0-1,3" counts three.
static unsigned vcpus(void)
{
    char text[256];
    read_text("/sys/devices/system/cpu/online", text, sizeof text);
    unsigned count = 0;
    for (char *part = strtok(text, ",\n"); part; part = strtok(NULL, ",\n")) {
        char *dash = strchr(part, '-');
        count += dash ? atoi(dash + 1) - atoi(part) + 1 : 1;
    }
    return count;
}

// ---- who this guest is -----------------------------------------------------------------------------------

// A name is one word of harmless characters, whatever it was read from; empty and "Not Specified" are none.
static int take_name(const char *text)
{
    size_t length = 0;
    while (*text == ' ' || *text == '"' || *text == '\'') text++;
    for (; text[length] && !strchr(" \t\r\n\"'", text[length]) && length < NAME_LENGTH; length++) {
        char c = text[length];
        int harmless = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("._-", c);
        name[length] = harmless ? c : '_';
    }
    name[length] = 0;
    return length > 0 && strncasecmp(text, "Not Specified", 13) != 0;
}

// A word key=value of the kernel's command line; its value, or empty.
static void option(const char *key, char *value, size_t size)
{
    char text[4096];
    size_t length = strlen(key);
    value[0] = 0;
    read_text("/proc/cmdline", text, sizeof text);
    for (char *word = strtok(text, " \n"); word; word = strtok(NULL, " \n"))
        if (strncmp(word, key, length) == 0 && word[length] == '=') snprintf(value, size, "%s", word + length + 1);
}

static unsigned long number_option(const char *key, unsigned long otherwise, unsigned long least, unsigned long most)
{
    char text[32];
    option(key, text, sizeof text);
    unsigned long value = text[0] ? strtoul(text, NULL, 10) : otherwise;
    return value < least ? least : value > most ? most : value;
}

static void read_options(void)
{
    tick_ms = number_option("probe.tick_ms", tick_ms, 10, 1000);
    dirty_mib = number_option("probe.dirty_mib", dirty_mib, 1, 256);
    max_tested_mib = number_option("probe.memory_mib", max_tested_mib, 1, 1024);
    option("probe.store", store_name, sizeof store_name);
}

static int name_from_command_line(void)
{
    char text[NAME_LENGTH + 1];
    option("probe.vm", text, sizeof text);
    return take_name(text);
}

static int name_from_file(const char *path)
{
    char text[256];
    return read_text(path, text, sizeof text) > 0 && take_name(text);
}

static void make_boot_id(void)
{
    char text[64];
    read_text("/proc/sys/kernel/random/boot_id", text, sizeof text);
    size_t length = 0;
    for (const char *c = text; *c && length < sizeof boot - 1; c++)
        if (*c != '-' && *c != '\n') boot[length++] = *c;
    pattern_seed = strtoull(boot, NULL, 16);
}

// ---- modules ---------------------------------------------------------------------------------------------

// The build lists them, dependencies first; a machine without the device just never uses its driver.
static void load_modules(const char *list)
{
    char text[4096], path[128];
    read_text(list, text, sizeof text);
    for (char *module = strtok(text, "\n"); module; module = strtok(NULL, "\n")) {
        snprintf(path, sizeof path, "/modules/%s", module);
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (syscall(SYS_finit_module, fd, "", 0) != 0 && errno != EEXIST)
            say("probe-warning vm=%s boot=%s module=%s error=%d\n", name, boot, module, errno);
        close(fd);
    }
}

// ---- disks and the NoCloud seed --------------------------------------------------------------------------

static uint32_t crc32_more(uint32_t crc, const unsigned char *bytes, size_t length)
{
    for (crc = ~crc; length--; bytes++) {
        crc ^= *bytes;
        for (int bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320u : 0);
    }
    return ~crc;
}

static unsigned long file_crc32(const char *path, unsigned long *bytes)
{
    unsigned char block[4096];
    uint32_t crc = 0;
    *bytes = 0;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    for (ssize_t got; (got = read(fd, block, sizeof block)) > 0; *bytes += got) crc = crc32_more(crc, block, got);
    close(fd);
    return crc;
}

// Finds `key: value` in meta-data; value keeps its first word only.
static void meta_value(const char *text, const char *key, char *value, size_t size)
{
    const char *found = strstr(text, key);
    value[0] = 0;
    if (!found || (found != text && found[-1] != '\n')) return;
    found += strlen(key) + strspn(found + strlen(key), ": \t\"'");
    snprintf(value, size, "%.*s", (int)strcspn(found, " \t\r\n\"'"), found);
}

static int is_seed(const char *device)
{
    char descriptor[80] = "";
    int fd = open(device, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t got = pread(fd, descriptor, sizeof descriptor, 16 * 2048);
    close(fd);
    return got == sizeof descriptor && memcmp(descriptor + 1, "CD001", 5) == 0 && strncasecmp(descriptor + 40, "cidata", 6) == 0;
}

struct seed { int found; char host_name[NAME_LENGTH + 1], instance[NAME_LENGTH + 1]; unsigned long user_bytes, user_crc; };

static void read_seed(const char *device, struct seed *seed)
{
    char text[4096];
    mkdir("/seed", 0755);
    if (mount(device, "/seed", "iso9660", MS_RDONLY | MS_NODEV | MS_NOEXEC | MS_NOSUID, "") != 0) return;
    read_text("/seed/meta-data", text, sizeof text);
    meta_value(text, "local-hostname", seed->host_name, sizeof seed->host_name);
    meta_value(text, "instance-id", seed->instance, sizeof seed->instance);
    seed->user_crc = file_crc32("/seed/user-data", &seed->user_bytes);
    seed->found = 1;
    umount("/seed");
}

static void each_disk(void (*visit)(const char *disk, void *context), void *context)
{
    DIR *folder = opendir("/sys/block");
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));)
        if (strncmp(entry->d_name, "vd", 2) == 0 || strncmp(entry->d_name, "sd", 2) == 0) visit(entry->d_name, context);
    closedir(folder);
}

static void look_for_seed(const char *disk, void *context)
{
    struct seed *seed = context;
    char device[64];
    snprintf(device, sizeof device, "/dev/%.32s", disk);
    if (!seed->found && is_seed(device)) read_seed(device, seed);
}

// Disks are only looked at, never written, unless one was named for it: whatever is on them belongs to somebody.
static void say_disk(const char *disk, void *context)
{
    char path[96], sectors[32], read_only[8];
    (void)context;
    snprintf(path, sizeof path, "/sys/block/%.32s/size", disk);
    read_text(path, sectors, sizeof sectors);
    snprintf(path, sizeof path, "/sys/block/%.32s/ro", disk);
    read_text(path, read_only, sizeof read_only);
    say("probe-disk vm=%s boot=%s name=%s mib=%llu read_only=%d\n", name, boot, disk, strtoull(sectors, NULL, 10) >> 11, atoi(read_only));
}

static void say_seed(const struct seed *seed)
{
    if (seed->found)
        say("probe-seed vm=%s boot=%s instance_id=%s local_hostname=%s user_data_bytes=%lu user_data_crc32=%08lx\n",
            name, boot, seed->instance, seed->host_name, seed->user_bytes, seed->user_crc);
}

// ---- memory ----------------------------------------------------------------------------------------------

// Every word of every page depends on the boot, the page and the generation: a page that is lost, stale,
// swapped with another or left from an earlier boot differs.
static uint64_t first_word(unsigned long page, unsigned long of_generation)
{
    uint64_t x = pattern_seed ^ (page * 0x9E3779B97F4A7C15u + of_generation * 0xD1B54A32D192ED03u);
    x ^= x >> 32;
    x *= 0xD6E8FEB86659FD93u;
    return x ^ x >> 32;
}

static void fill_page(unsigned long page, unsigned long of_generation)
{
    uint64_t word = first_word(page, of_generation), *at = pages + page * WORDS_PER_PAGE;
    for (int i = 0; i < (int)WORDS_PER_PAGE; i++, word += 0x9E3779B97F4A7C15u) at[i] = word;
}

static int page_is_good(unsigned long page, unsigned long of_generation)
{
    uint64_t word = first_word(page, of_generation), wrong = 0;
    const uint64_t *at = pages + page * WORDS_PER_PAGE;
    for (int i = 0; i < (int)WORDS_PER_PAGE; i++, word += 0x9E3779B97F4A7C15u) wrong |= at[i] ^ word;
    return wrong == 0;
}

static unsigned long available_mib(void)
{
    char text[2048];
    read_text("/proc/meminfo", text, sizeof text);
    const char *found = strstr(text, "MemAvailable:");
    return found ? strtoul(found + 13, NULL, 10) >> 10 : 0;
}

static void fill_memory(void)
{
    unsigned long mib = available_mib() / 4;
    if (mib > max_tested_mib) mib = max_tested_mib;
    pages = mmap(NULL, mib << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (mib == 0 || pages == MAP_FAILED) return;
    page_count = mib * PAGES_PER_MIB;
    for (unsigned long page = 0; page < page_count; page++) fill_page(page, 0);
}

static void say_memory(void)
{
    say("probe-memory vm=%s boot=%s checks=%lu bad=%lu mib=%lu\n", name, boot, checks, bad, page_count / PAGES_PER_MIB);
}

static int is_time_to_report(void) { return counter % (REPORT_MILLISECONDS / tick_ms) == 0; }

// Each page is checked and then written anew, so that the pages keep getting dirty while a guest is moved.
static void check_memory(void)
{
    unsigned long bad_before = bad;
    for (unsigned long left = (dirty_mib * PAGES_PER_MIB * tick_ms + 999) / 1000; page_count > 0 && left > 0; left--) {
        if (!page_is_good(next_page, generation)) bad++;
        checks++;
        fill_page(next_page, generation + 1);
        if (++next_page == page_count) {
            next_page = 0;
            generation++;
        }
    }
    if (bad != bad_before || is_time_to_report()) say_memory();
}

// ---- a disk that was given to it -------------------------------------------------------------------------

static void say_store(void)
{
    say("probe-store vm=%s boot=%s name=%s checks=%lu bad=%lu errors=%lu\n", name, boot, store_name, store_checks, store_bad, store_errors);
}

// Only the disk that the command line names is written, over its whole length.
static void open_store(void)
{
    char path[64], sectors[32];
    if (!store_name[0]) return;
    snprintf(path, sizeof path, "/sys/block/%.16s/size", store_name);
    read_text(path, sectors, sizeof sectors);
    store_stride = (strtoull(sectors, NULL, 10) << 9) / STORED_BLOCKS / PAGE_BYTES * PAGE_BYTES;
    snprintf(path, sizeof path, "/dev/%.16s", store_name);
    if (store_stride > 0) store = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
    if (store < 0) say("probe-warning vm=%s boot=%s store=%s error=%d\n", name, boot, store_name, errno);
}

// One block at a time: what was written there a round ago is checked, then written anew. Its pattern is that of a page beyond all pages.
static void check_store(void)
{
    if (store < 0 || (tick_ms < STORE_MILLISECONDS && counter % (STORE_MILLISECONDS / tick_ms) != 0)) return;
    unsigned long block = stored % STORED_BLOCKS, round = stored / STORED_BLOCKS, page = block + (1ul << 32), bad_before = store_bad;
    off_t at = block * store_stride;
    if (round > 0) {
        uint64_t word = first_word(page, round - 1), wrong = 0;
        if (pread(store, store_block, PAGE_BYTES, at) != PAGE_BYTES) store_errors++;
        for (int i = 0; i < (int)WORDS_PER_PAGE; i++, word += 0x9E3779B97F4A7C15u) wrong |= store_block[i] ^ word;
        store_checks++;
        if (wrong) store_bad++;
    }
    uint64_t word = first_word(page, round);
    for (int i = 0; i < (int)WORDS_PER_PAGE; i++, word += 0x9E3779B97F4A7C15u) store_block[i] = word;
    if (pwrite(store, store_block, PAGE_BYTES, at) != PAGE_BYTES) store_errors++;
    stored++;
    if (store_bad != bad_before || is_time_to_report()) say_store();
}

// ---- ending ----------------------------------------------------------------------------------------------

static void end(int how, const char *what, const char *reason)
{
    say("%s vm=%s boot=%s counter=%lu reason=%s\n", what, name, boot, counter, reason);
    drain_console();
    sync();
    reboot(how);
    say("probe-warning vm=%s boot=%s %s failed error=%d\n", name, boot, what, errno);
}

static void power_off(const char *reason) { end(RB_POWER_OFF, "probe-poweroff", reason); }
static void restart(const char *reason) { end(RB_AUTOBOOT, "probe-reboot", reason); }

static void panic(void)
{
    say("probe-panic vm=%s boot=%s counter=%lu reason=command\n", name, boot, counter);
    drain_console();
    int fd = open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC);
    if (write(fd, "c", 1) != 1) say("probe-warning vm=%s boot=%s panic failed error=%d\n", name, boot, errno);
    close(fd);
}

static void open_buttons(void)
{
    char path[64];
    for (int i = 0; i < MAX_BUTTONS; i++) {
        snprintf(path, sizeof path, "/dev/input/event%d", i);
        int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (fd >= 0) button_fds[button_count++] = fd;
    }
}

static void hear_button(int fd)
{
    struct key_event event;
    while (read(fd, &event, sizeof event) == sizeof event)
        if (event.type == EVENT_TYPE_KEY && event.code == KEY_CODE_POWER && event.value == 1) power_off("acpi-button");
}

// Busybox's poweroff, halt and reboot ask process 1 by these signals.
static int open_signals(void)
{
    sigset_t set;
    sigemptyset(&set);
    const int wanted[] = { SIGCHLD, SIGUSR1, SIGUSR2, SIGTERM, SIGINT };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) sigaddset(&set, wanted[i]);
    sigprocmask(SIG_BLOCK, &set, NULL);
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

// ---- commands on the console -----------------------------------------------------------------------------

static pid_t shell;

static void run_shell(void)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    int terminal = open("/dev/ttyS0", O_RDWR);
    ioctl(terminal, TIOCSCTTY, 0);
    for (int fd = 0; fd < 3; fd++) dup2(terminal, fd);
    setenv("PATH", "/bin", 1);
    execl("/bin/busybox", "sh", "-c", "busybox --install -s /bin; exec sh", (char *)NULL);
    _exit(127);
}

static void start_shell(void)
{
    if ((shell = fork()) == 0) run_shell();
}

// An unknown word is ignored in silence: a console that echoes its output back must not start a quarrel.
static void obey(const char *command)
{
    if (strcmp(command, "poweroff") == 0) power_off("command");
    else if (strcmp(command, "reboot") == 0) restart("command");
    else if (strcmp(command, "panic") == 0) panic();
    else if (strcmp(command, "sh") == 0) start_shell();
    else if (strcmp(command, "help") == 0) say("probe-help commands=poweroff,reboot,panic,sh\n");
}

static void hear_console(void)
{
    char line[256];
    ssize_t length = read(console, line, sizeof line - 1);
    console_has_input = length > 0 || (length < 0 && (errno == EAGAIN || errno == EINTR));
    line[length < 0 ? 0 : length] = 0;
    line[strcspn(line, "\r\n")] = 0;
    obey(line);
}

// The shell led the terminal's session, so its end hung the terminal up for everybody.
static void end_shell(void)
{
    shell = 0;
    close(console);
    open_console();
}

static void hear_signal(int fd)
{
    struct signalfd_siginfo signal;
    while (read(fd, &signal, sizeof signal) == sizeof signal) {
        if (signal.ssi_signo == SIGCHLD) {
            for (pid_t ended; (ended = waitpid(-1, NULL, WNOHANG)) > 0;) if (ended == shell) end_shell();
        }
        else if (signal.ssi_signo == SIGUSR1 || signal.ssi_signo == SIGUSR2) power_off("signal");
        else restart("signal");
    }
}

// ---- living ----------------------------------------------------------------------------------------------

static unsigned long long clock_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000ull + now.tv_nsec / 1000000;
}

// What seldom changes is read once a second: it takes longer than a short tick.
static void say_alive(void)
{
    static unsigned long mib, cpus;
    if (counter % (1000 / tick_ms) == 0) mib = memory_mib(), cpus = vcpus();
    say("probe vm=%s boot=%s counter=%lu memory_mib=%lu vcpus=%lu ms=%llu\n", name, boot, counter, mib, cpus, clock_ms());
    counter++;
}

static int open_ticks(void)
{
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    const struct timespec tick = { tick_ms / 1000, tick_ms % 1000 * 1000000 };
    const struct itimerspec every_tick = { tick, tick };
    timerfd_settime(fd, 0, &every_tick, NULL);
    return fd;
}

// Ticks that were missed (a paused guest) are not made up for: one line, and the counter goes on by one.
static void hear_tick(int fd)
{
    uint64_t missed;
    if (read(fd, &missed, sizeof missed) != sizeof missed) return;
    say_alive();
    check_memory();
    check_store();
}

static void live(int ticks, int signals)
{
    struct pollfd waiting[3 + MAX_BUTTONS] = { { ticks, POLLIN, 0 }, { signals, POLLIN, 0 }, { console, POLLIN, 0 } };
    for (int i = 0; i < button_count; i++) waiting[3 + i] = (struct pollfd){ button_fds[i], POLLIN, 0 };
    for (;;) {
        waiting[2].fd = console_has_input && shell <= 0 ? console : -1;
        if (poll(waiting, 3 + button_count, -1) < 0) continue;
        for (int i = 0; i < button_count; i++) if (waiting[3 + i].revents) hear_button(button_fds[i]);
        if (waiting[1].revents) hear_signal(signals);
        if (waiting[2].revents) hear_console();
        if (waiting[0].revents) hear_tick(ticks);
    }
}

static void mount_kernel_views(void)
{
    mkdir("/dev", 0755);
    mkdir("/proc", 0555);
    mkdir("/sys", 0555);
    mount("devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "");
    mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, "");
    mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "");
}

// The names that need no driver come first: with them the first line need not wait for the disks.
static int early_name(void)
{
    return name_from_command_line() || name_from_file("/sys/class/dmi/id/product_serial");
}

static void late_name(const struct seed *seed)
{
    if (take_name(seed->host_name) || name_from_file("/sys/class/dmi/id/product_uuid")) return;
    strcpy(name, "unnamed");
}

int main(void)
{
    struct seed seed = { 0 };
    mount_kernel_views();
    open_console();
    make_boot_id();
    read_options();
    reboot(RB_DISABLE_CAD);
    load_modules("/modules/power.list"); // Before the first line: who has read it may press the button.
    open_buttons();
    int ticks = open_ticks(), signals = open_signals(), named = early_name();
    if (named) say_alive();
    load_modules("/modules/disks.list");
    each_disk(look_for_seed, &seed);
    if (!named) {
        late_name(&seed);
        say_alive();
    }
    fill_memory();
    open_store();
    each_disk(say_disk, NULL);
    say_seed(&seed);
    say("probe-ready vm=%s boot=%s power_button=%d\n", name, boot, button_count > 0);
    live(ticks, signals);
}
