/* SPDX-License-Identifier: MIT */
#include "plugin/elf.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char no_object[] = "is not a shared object; link it with -shared";
static const char cut_off[] = "is cut off: it is shorter than it says; copy or build it again";

static bool read_at(int fd, void *to, size_t size, uint64_t offset)
{
    return pread(fd, to, size, (off_t)offset) == (ssize_t)size;
}

/* The header of the running program, as the measure of what this machine runs. */
static bool own_header(ElfW(Ehdr) * header)
{
    int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool read = read_at(fd, header, sizeof *header, 0);
    close(fd);
    return read;
}

static const char *header_fault(const ElfW(Ehdr) * header)
{
    ElfW(Ehdr) own;
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0)
        return no_object;
    if (own_header(&own) && (header->e_ident[EI_CLASS] != own.e_ident[EI_CLASS] ||
                             header->e_ident[EI_DATA] != own.e_ident[EI_DATA] ||
                             header->e_machine != own.e_machine))
        return "was built for another kind of machine; build it on this one";
    if (header->e_type != ET_DYN)
        return no_object;
    return NULL;
}

/* Does all that the loader would map lie within the file? */
static const char *segments_fault(int fd, const ElfW(Ehdr) * header, uint64_t file_bytes)
{
    for (unsigned i = 0; i < header->e_phnum; i++) {
        ElfW(Phdr) segment;
        if (!read_at(fd, &segment, sizeof segment, header->e_phoff + i * sizeof segment))
            return cut_off;
        if (segment.p_type == PT_LOAD &&
            (segment.p_offset > file_bytes || segment.p_filesz > file_bytes - segment.p_offset))
            return cut_off;
    }
    return NULL;
}

static const char *file_fault(int fd)
{
    struct stat status;
    ElfW(Ehdr) header;
    if (fstat(fd, &status))
        return "cannot be read";
    if (status.st_size == 0)
        return "is empty; copy or build it again";
    if (!read_at(fd, &header, sizeof header, 0))
        return no_object;
    const char *fault = header_fault(&header);
    return fault ? fault : segments_fault(fd, &header, (uint64_t)status.st_size);
}

const char *plugin_elf_fault(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return "cannot be read";
    const char *fault = file_fault(fd);
    close(fd);
    return fault;
}
