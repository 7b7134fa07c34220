class Whylisted < Formula
  desc "Why an address is on DNS blocklists, and when that ends"
  homepage "https://whylisted.example/"
  url "https://whylisted.example/whylisted-0.2.0.tar.gz"
  license "ISC"

  depends_on "pkg-config" => :build
  depends_on "c-ares"
  depends_on "inih"
  depends_on "jansson"
  depends_on "libidn2"
  depends_on "libmaxminddb"
  depends_on "ncurses"
  depends_on "sqlite"
  depends_on "utf8proc"

  def install
    system "./configure", "--disable-archives", *std_configure_args
    system "make", "install"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/whylisted --version")
  end
end
