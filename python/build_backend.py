# SPDX-License-Identifier: GPL-3.0-or-later
"""What pip calls for `pip install ./python` (PEP 517): a wheel of the package, with the library that
`make` builds in the folder above and the set-ups "shapes" and "mnist". Without sources above, the
package alone, for a libspinet that is installed already."""

import base64
import ctypes
import hashlib
import os
import re
import subprocess
import sysconfig
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
VERSION = re.search(r'^VERSION = "(.*)"', (HERE / "spinet/_library.py").read_text(), re.M)[1]
METADATA = f"""Metadata-Version: 2.1
Name: spinet
Version: {VERSION}
Summary: bio-realistic spiking networks whose synapses come and go
License: GPL-3.0-or-later
Requires-Python: >=3.9
Requires-Dist: numpy
"""


def _library():
    """The library, built if need be; None if it is not built here, but installed."""
    if (ROOT / "Makefile").exists():
        made = subprocess.run(["make", "-C", str(ROOT), "BUILD=build", f"-j{os.cpu_count()}",
                               "build/libspinet.so"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        if made.returncode:
            raise SystemExit(f"spinet: make could not build the library:\n{made.stderr}")
        return ROOT / "build/libspinet.so"
    try:
        ctypes.CDLL("libspinet.so.0")
    except OSError:
        raise SystemExit("spinet: neither the sources above this folder, to build the library, nor an "
                         "installed libspinet.so.0: `make install` in the sources puts it there") from None
    return None


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    library = _library()
    platform = re.sub(r"[-.]", "_", sysconfig.get_platform()) if library else "any"
    files = {f"spinet/{path.name}": path for path in sorted((HERE / "spinet").iterdir()) if path.is_file()}
    if library:
        files["spinet/lib/libspinet.so"] = library
        files.update({f"spinet/share/spinet/experiments/{path.name}": path
                      for path in sorted((ROOT / "experiments").iterdir())})
    contents = {name: path.read_bytes() for name, path in files.items()}
    about = f"spinet-{VERSION}.dist-info"
    contents[f"{about}/METADATA"] = METADATA.encode()
    contents[f"{about}/WHEEL"] = (f"Wheel-Version: 1.0\nGenerator: spinet\nRoot-Is-Purelib: "
                                  f"{str(not library).lower()}\nTag: py3-none-{platform}\n").encode()
    digests = {name: base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
               for name, data in contents.items()}
    contents[f"{about}/RECORD"] = "".join(
        f"{name},sha256={digest},{len(contents[name])}\n" for name, digest in digests.items()).encode() \
        + f"{about}/RECORD,,\n".encode()
    wheel = f"spinet-{VERSION}-py3-none-{platform}.whl"
    with zipfile.ZipFile(Path(wheel_directory) / wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return wheel


def build_sdist(sdist_directory, config_settings=None):
    raise SystemExit("spinet: `make dist` makes the tarball of the sources, of which this is a folder")
